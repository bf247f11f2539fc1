import { userInfo } from 'node:os';
import type { InboxItem, WithdrawalView } from '../../client/index.js';
import type { Attention } from '../../domain/withdrawal/attention.js';
import { attentionRow, isAttention } from '../../domain/withdrawal/attention.js';
import { capabilities } from '../../domain/providers/index.js';
import { workflowQueue } from '../../contract/ids.js';
import { cliName } from '../processes/outflow-command.js';

/** Stands in a command for what only the person knows; the commands refuse it, so a command pasted as it is does no harm. */
export const TO_FILL_IN = '…';

/** When to do it, and the whole command, ready to be pasted. */
export interface Action {
  when: string;
  command: string;
}

/** The one or two commands that fit an item of the inbox. */
export function actionsFor(item: InboxItem): Action[] {
  switch (item.kind) {
    case 'withdrawal': {
      const actions = actsOn({ ...item, ...(isAttention(item.why) && { attention: item.why }) });
      // More than two are told by `get`, beside what is known: one chooses between them with that in view.
      return actions.length === 2 ? actions : [look(item.withdrawalId), ...actions.slice(0, 1)];
    }
    case 'case':
      return [{ when: 'see what it says, and how to close it', command: showCase(item.caseId) }];
    case 'closed by force':
      return [{ when: 'go on with it under the same id', command: act(`recover ${item.withdrawalId}`) }];
    case 'awaits Owner':
      return [look(item.withdrawalId)];
    case 'stale request': // there is nothing to do here: it sent nothing, and what an earlier run did only the provider knows
    case 'incomplete':
      return [];
    case 'stuck workflow':
      return [look(item.workflowId.slice(item.workflowId.indexOf('/') + 1))];
    case 'unserved queue':
      return [
        {
          when: item.queue === workflowQueue ? 'start a worker' : 'start a worker with this provider’s settings',
          command: `${cliName} worker`,
        },
      ];
  }
}

/** One command for all withdrawals that need a person for the same reason, where trying again, or looking again, may mend it. */
export function actionForAll(item: InboxItem): Action | undefined {
  if (item.kind !== 'withdrawal' || item.provider === undefined || !isAttention(item.why)) return undefined;
  const { provider, why } = item;
  const mended = mendedBy(why);
  if (mended === undefined && !capabilities[provider].hasLookUp) return undefined;
  const lookThemUp = `look them up now${attentionRow(why).mayBeResent ? ' (what is proven absent may be sent again)' : ''}`;
  const { when, reason } = mended ?? { when: lookThemUp, reason: 'look again' };
  return { when: `${when}, all of them`, command: act(`retry --provider ${provider} --attention ${why}`, reason) };
}

/** What a person may do about an open withdrawal that needs one. */
export function actsOn({
  withdrawalId,
  provider,
  status,
  attention,
}: Pick<WithdrawalView, 'withdrawalId' | 'status' | 'attention'> &
  Partial<Pick<WithdrawalView, 'provider'>>): Action[] {
  if (attention === undefined) return [];
  const retry = (when: string, reason: string) => ({ when, command: act(`retry ${withdrawalId}`, reason) });
  if (status === 'received' || status === 'waiting') {
    const cancel = { when: 'give it up', command: act(`cancel ${withdrawalId}`, 'not wanted any more') };
    const mended = mendedBy(attention);
    return mended === undefined ? [cancel] : [retry(mended.when, mended.reason), cancel];
  }
  if (status === 'sending') return [];
  const settle = [
    {
      when: 'the provider or the chain shows that it was paid',
      command: `${act(`resolve ${withdrawalId} --outcome confirmed --txid ${TO_FILL_IN}`)} --evidence ${TO_FILL_IN}`,
    },
    {
      when: 'the provider says that it was not paid, and never will be',
      command: `${act(`resolve ${withdrawalId} --outcome not-paid`)} --evidence ${TO_FILL_IN}`,
    },
  ];
  if (provider !== undefined && !capabilities[provider].hasLookUp) return settle;
  // It lets one that is in doubt be sent again: see `retryNow`.
  const then = status === 'unknown' ? 'proven absent, it may be sent again' : 'nothing is sent';
  const lookUp = retry(`look it up now; ${then}`, 'look again');
  const isInDoubt = status === 'unknown' && mendedBy(attention) !== undefined;
  return isInDoubt || attentionRow(attention).remedy?.command === 'resolve' ? [lookUp, ...settle] : [lookUp];
}

/** When to try again what waits: until then it can only be given up. */
function mendedBy(attention: Attention): { when: string; reason: string } | undefined {
  const { remedy } = attentionRow(attention);
  return remedy?.command === 'retry' ? remedy : undefined;
}

/** Commands on lines of their own, each whole, so that it can be pasted. */
export function actionLines(actions: readonly Action[]): string[] {
  return actions.flatMap(({ when, command }) => [`${when}:`, `  ${command}`]);
}

export function showCase(caseId: string): string {
  return `${cliName} case show ${beginning(caseId)}`;
}

export function closeCase(caseId: string): string {
  return act(`case close ${beginning(caseId)}`);
}

function look(withdrawalId: string): Action {
  return { when: 'see where it stands, and what may be done', command: `${cliName} get ${withdrawalId}` };
}

/** `case show` and `case close` take the beginning of an id. */
function beginning(caseId: string): string {
  return caseId.slice(0, 12);
}

function act(command: string, reason: string = TO_FILL_IN): string {
  return `${cliName} ${command} --by ${quoted(person())} --reason ${quoted(reason)}`;
}

/** Who is logged in, most likely the person who acts. */
function person(): string {
  try {
    return userInfo().username;
  } catch {
    return TO_FILL_IN; // a container's user may have no name
  }
}

/** One word to a shell. */
function quoted(text: string): string {
  return /^[\w.@…-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
