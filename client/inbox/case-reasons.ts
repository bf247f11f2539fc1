import type { CaseStart } from '../../contract/case.js';
import type { Attention } from '../../domain/attention.js';

export type CaseReason = CaseStart['reason'];

interface CaseReasonRow {
  /** What kind of callback the case holds. */
  meaning: string;
  /** It stands in the inbox among withdrawals with this attention. */
  severityOf: Attention;
  /** What to do about it. `provider` is its name; `at` is where to look, as in "Look it up at Cryptopay". */
  whatToDo: (provider: string, at: string) => string;
}

/** Why a verified callback became a case: one row each. The inbox, `outflow case show` and docs/failures.md are made from them. */
export const caseReasons: Readonly<Record<CaseReason, CaseReasonRow>> = {
  'unknown withdrawal': {
    meaning: 'stray callback: the provider names a withdrawal that Outflow does not know',
    severityOf: 'not-ours',
    whatToDo: (_, at) =>
      `Look it up ${at}, and in your own records. If none of your systems asked for it, somebody else uses your account: ` +
      'change its keys. If it is older than Temporal’s memory, compare it with what you recorded then.',
  },
  unreadable: {
    meaning: 'the provider’s verified callback has a body that Outflow can’t read',
    severityOf: 'not-ours',
    whatToDo: (_, at) =>
      `Read it with \`--json\`, find the withdrawal ${at}, and compare it with \`outflow get\`. Report the problem, so that Outflow learns to read it.`,
  },
  'differs from the recorded end': {
    meaning: 'the provider says something else of an ended withdrawal than its recorded end',
    severityOf: 'contradiction',
    whatToDo: (provider) =>
      `Ask ${provider} which status holds, and correct your own records: Outflow’s record stays as it is. Pay nothing again before you know.`,
  },
  'is not about this withdrawal': {
    meaning: 'the provider says, under a withdrawal’s reference, something else than was asked',
    severityOf: 'not-ours',
    whatToDo: (provider, at) =>
      `Ask ${provider} whose it is. It may be a second payout under one reference: look it up ${at}, and pay nothing by hand before you know.`,
  },
};
