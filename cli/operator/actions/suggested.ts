import type { InboxItem, WithdrawalView } from '../../../client/index.js';
import type { Attention } from '../../../domain/attention.js';
import { attentionRow, isAttention } from '../../../domain/attention.js';
import { capabilities } from '../../../domain/providers/index.js';
import { workflowIdOf, workflowIds, workflowQueue } from '../../../contract/ids.js';
import { cliName } from '../../processes/outflow-command.js';
import { actionCommandLine, showCaseCommandLine, temporalCommandLine, TO_FILL_IN } from './command-line.js';

/** When to do it, and the whole command, ready to be pasted. */
export interface Suggestion {
  when: string;
  command: string;
}

/** The one or two commands that fit an item of the inbox. */
export function suggestionsFor(item: InboxItem): Suggestion[] {
  switch (item.kind) {
    case 'withdrawal': {
      const suggestions = suggestionsOn({ ...item, ...(isAttention(item.why) && { attention: item.why }) });
      // More than two are shown by `get`, beside the withdrawal itself: one chooses between them with that in view.
      return suggestions.length === 2 ? suggestions : [look(item.withdrawalId), ...suggestions.slice(0, 1)];
    }
    case 'case':
      return [lookAtCase(item.caseId)];
    case 'closed by force':
      return [{ when: 'go on with it under the same id', command: actionCommandLine('recover', item.withdrawalId) }];
    case 'awaits Owner':
      return [look(item.withdrawalId)];
    case 'stale request': // there is nothing to do here: it sent nothing, and what an earlier run did only the provider knows
    case 'incomplete':
      return [];
    case 'stuck workflow':
      return lookAtWorkflow(item.workflowId);
    case 'unserved queue':
      return [
        {
          when: item.queue === workflowQueue ? 'start a worker' : 'start a worker with this provider’s settings',
          command: `${cliName} worker`,
        },
      ];
  }
}

/** One command for all withdrawals that need a person for the same reason, where trying again, or looking again, may help. */
export function suggestionForAll(item: InboxItem): Suggestion | undefined {
  if (item.kind !== 'withdrawal' || item.provider === undefined || !isAttention(item.why)) return undefined;
  const { provider, why } = item;
  if (attentionRow(why).remedy?.command === 'temporal') return undefined;
  const remedy = retryRemedyOf(why);
  if (remedy === undefined && !capabilities[provider].hasLookUp) return undefined;
  const lookThemUp = `look them up now${attentionRow(why).mayBeResent ? ' (what is proven absent may be sent again)' : ''}`;
  const { when, reason } = remedy ?? { when: lookThemUp, reason: 'look again' };
  return {
    when: `${when}, all of them`,
    command: actionCommandLine('retry', `--provider ${provider} --attention ${why}`, { reason }),
  };
}

/** What an operator may do about an open withdrawal that needs one. */
export function suggestionsOn({
  withdrawalId,
  provider,
  status,
  attention,
}: Pick<WithdrawalView, 'withdrawalId' | 'status' | 'attention'> &
  Partial<Pick<WithdrawalView, 'provider'>>): Suggestion[] {
  if (attention === undefined) return [];
  const { remedy: only } = attentionRow(attention);
  if (only?.command === 'temporal')
    return [{ when: only.when, command: temporalCommandLine(only.line, workflowIdOf(withdrawalId)) }];
  const retry = (when: string, reason: string) => ({
    when,
    command: actionCommandLine('retry', withdrawalId, { reason }),
  });
  if (status === 'received' || status === 'waiting') {
    const cancel = {
      when: 'give it up',
      command: actionCommandLine('cancel', withdrawalId, { reason: 'not wanted any more' }),
    };
    const remedy = retryRemedyOf(attention);
    return remedy === undefined ? [cancel] : [retry(remedy.when, remedy.reason), cancel];
  }
  if (status === 'sending') return [];
  const evidence = { evidence: TO_FILL_IN };
  const settle = [
    {
      when: 'the provider or the chain shows that it was paid',
      command: actionCommandLine('resolve', `${withdrawalId} --outcome confirmed --txid ${TO_FILL_IN}`, evidence),
    },
    {
      when: 'the provider says that it was not paid, and never will be',
      command: actionCommandLine('resolve', `${withdrawalId} --outcome not-paid`, evidence),
    },
  ];
  if (provider !== undefined && !capabilities[provider].hasLookUp) return settle;
  // It lets one that is in doubt be sent again: see `retryNow`.
  const then = status === 'unknown' ? 'proven absent, it may be sent again' : 'nothing is sent';
  const lookUp = retry(`look it up now; ${then}`, 'look again');
  const isInDoubt = status === 'unknown' && retryRemedyOf(attention) !== undefined;
  return isInDoubt || attentionRow(attention).remedy?.command === 'resolve' ? [lookUp, ...settle] : [lookUp];
}

/** When to try again what waits: until then it can only be given up. */
function retryRemedyOf(attention: Attention): { when: string; reason: string } | undefined {
  const { remedy } = attentionRow(attention);
  return remedy?.command === 'retry' ? remedy : undefined;
}

/** Commands on lines of their own, each whole, so that it can be pasted. */
export function suggestionLines(suggestions: readonly Suggestion[]): string[] {
  return suggestions.flatMap(({ when, command }) => [`${when}:`, `  ${command}`]);
}

function look(withdrawalId: string): Suggestion {
  return { when: 'see where it stands, and what may be done', command: `${cliName} get ${withdrawalId}` };
}

function lookAtCase(caseId: string): Suggestion {
  return { when: 'see what it says, and how to close it', command: showCaseCommandLine(caseId) };
}

/** Of a rate limiter nothing more is to be seen: putting the worker right is all. */
function lookAtWorkflow(workflowId: string): Suggestion[] {
  const [ofWithdrawal, ofCase] = [workflowIds.withdrawal(''), workflowIds.case('')];
  if (workflowId.startsWith(ofWithdrawal)) return [look(workflowId.slice(ofWithdrawal.length))];
  return workflowId.startsWith(ofCase) ? [lookAtCase(workflowId.slice(ofCase.length))] : [];
}
