import type { ActionRequest, ResolutionRequest } from '../../../client/index.js';
import { closeCase } from '../cases.js';
import { caseOutcome } from '../printing/case.js';
import { resolvedLines, viewOutcome } from '../printing/view.js';
import { reportingProgress } from './progress.js';
import type { OperatorActionRow } from './row.js';

/** What the options of `resolve` hold, once its required ones are there. */
type Finding = { evidence: string } & ({ outcome: 'not-paid'; txid?: string } | { outcome: 'confirmed'; txid: string });

/** All that an operator can do, by what is typed after `outflow`. */
export const operatorActions = {
  cancel: {
    on: 'withdrawal',
    description: 'cancel a withdrawal of which nothing may have been sent',
    prints: 'the withdrawal',
    exits: ['failed', 'notFound', 'refused'],
    perform: async ({ outflow }, id, action) => viewOutcome(await outflow.cancel(id, action)),
  },
  retry: {
    on: 'withdrawal',
    description:
      'end a wait at once, or look it up now; an unknown outcome may then be sent again, once it is proven absent. Of one withdrawal, or of all that need a person for one reason',
    prints: 'the withdrawal; of several, a line for each',
    exits: ['failed', 'notFound', 'refused', 'someFailed'],
    perform: async ({ outflow }, id, action) => viewOutcome(await outflow.retryNow(id, action)),
    toAll: {
      doing: 'Retrying',
      done: 'retried',
      perform: (outflow, id, action) => outflow.retryNow(id, action),
    },
  },
  recover: {
    on: 'withdrawal',
    description:
      'go on, under the same id, with a withdrawal whose workflow was closed by force: it is looked up, and never sent first',
    prints: 'the withdrawal',
    exits: ['failed', 'notFound', 'refused'],
    perform: async ({ outflow }, id, action) => viewOutcome(await outflow.recover(id, action)),
  },
  resolve: {
    on: 'withdrawal',
    description: 'settle a withdrawal that only a person can end, with evidence from the provider',
    options: [
      { flags: '--outcome <outcome>', description: 'what became of it', choices: ['confirmed', 'not-paid'] },
      {
        flags: '--txid <id>',
        description: 'the transaction (required if it was paid)',
        requiredWith: ({ outcome }) => outcome === 'confirmed',
      },
      {
        flags: '--evidence <text>',
        description: 'what shows it: a ticket of the provider’s support, a block explorer’s page',
      },
    ],
    prints: 'its status, and what the provider’s look-up said; or why the evidence was not taken',
    exits: ['failed', 'notFound', 'refused'],
    perform: async ({ outflow }, id, { outcome, txid, ...action }: ActionRequest & Finding) => {
      const resolution: ResolutionRequest =
        outcome === 'confirmed' ? { ...action, outcome, txid } : { ...action, outcome: 'notPaid' };
      const { provider } = await outflow.get(id);
      const resolved = await reportingProgress(provider, () => outflow.resolve(id, resolution));
      return {
        text: resolvedLines(id, resolved, provider),
        json: resolved,
        ...(!resolved.resolved && { exit: 'refused' }),
      };
    },
  },
  'case close': {
    on: 'case',
    description: 'close a case that you have dealt with',
    prints: 'the case',
    exits: ['failed', 'notFound', 'refused'],
    perform: async ({ outflow, temporal }, id, action) => caseOutcome(await closeCase(outflow, temporal, id, action)),
  },
} as const satisfies Record<string, OperatorActionRow>;

export type OperatorActionName = keyof typeof operatorActions;
