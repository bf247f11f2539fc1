import type { ProviderName } from '../../domain/providers/index.js';
import type { Attention } from '../../domain/attention.js';
import { severity, isAttention } from '../../domain/attention.js';
import type { Status } from '../../domain/withdrawal/lifecycle.js';
import type { ClosedByForce } from '../stored/closed-by-force.js';
import type { CaseReason } from './case-reasons.js';
import { caseReasons } from './case-reasons.js';

/** A worker of another version set an attention that this one doesn't know. */
export const ATTENTION_NOT_NAMED = 'a person is needed';

/** Something that needs a person. Times are ISO 8601; `since` is since when it needs one. */
export type InboxItem =
  | {
      kind: 'withdrawal';
      withdrawalId: string;
      status: Status;
      why: Attention | typeof ATTENTION_NOT_NAMED;
      since: string;
      provider?: ProviderName;
      providerId?: string;
    }
  /** Its workflow was terminated, or failed: nobody follows its money. */
  | ({ kind: 'closed by force'; why: string; since: string; asked?: AskedAmount } & Omit<
      ClosedByForce,
      'closedAt' | 'asked'
    >)
  /** A run that started after its `sendBy`, and sent nothing; an earlier one may have paid. */
  | { kind: 'stale request'; withdrawalId: string; why: string; since: string; provider?: ProviderName }
  /** It waits for the provider's Owner, not for Outflow's operator. */
  | {
      kind: 'awaits Owner';
      withdrawalId: string;
      status: Status;
      why: string;
      since: string;
      provider?: ProviderName;
      providerId?: string;
    }
  /** A verified callback that no withdrawal can take. `reason` is absent of those beyond the first 200, which are not read. */
  | { kind: 'case'; caseId: string; reason?: CaseReason; why: string; since: string; provider?: ProviderName }
  /** Its workflow's code fails, so nothing moves it. `missingKeys`: a worker lacks one of these encryption keys. */
  | { kind: 'stuck workflow'; workflowId: string; why: string; since: string; missingKeys?: string[] }
  /** Withdrawals wait, and no worker asks for their work. */
  | { kind: 'unserved queue'; queue: string; why: string; since: string }
  /** What this inbox didn't look at. */
  | { kind: 'incomplete'; why: string; since: string };

/** What it should pay, and not to whom: an inbox is read by many, and ends in logs. */
type AskedAmount = Omit<NonNullable<ClosedByForce['asked']>, 'address' | 'tag'>;

/** What items have in common that belong together: their reason. */
export function groupOf(item: InboxItem): string {
  switch (item.kind) {
    case 'withdrawal':
      return item.why;
    case 'case':
      return `case ${item.reason ?? ''}`;
    default:
      return item.kind;
  }
}

export function providerOf(item: InboxItem): string {
  return 'provider' in item ? item.provider : '';
}

/** How grave it is; an attention’s own severity, and others beside them. */
export function rankOf(item: InboxItem): number {
  switch (item.kind) {
    case 'closed by force':
      return severity('contradiction') + 1; // the only ones that nobody follows
    case 'withdrawal':
      return severity(isAttention(item.why) ? item.why : 'internal-fault');
    case 'case':
      return severity(item.reason === undefined ? 'not-ours' : caseReasons[item.reason].severityOf);
    case 'stuck workflow':
    case 'stale request':
      return severity('unknown-outcome');
    case 'unserved queue':
      return severity('waiting-for-worker');
    case 'incomplete':
      return -1;
    case 'awaits Owner':
      return -2;
  }
}
