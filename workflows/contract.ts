import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { ProviderName } from '../domain/matrix.js';
import type { Recovery } from '../domain/earlier-run.js';
import type { NoTurnInTime, Turn } from '../domain/line.js';
import type { Act, Found, Resolution } from '../domain/people.js';
import type { ProviderRecord } from '../domain/record.js';
import type { WithdrawalRequest } from '../domain/request.js';
import { workflowIdOf } from '../domain/request.js';
import type { SetAside, WithdrawalMemory } from '../domain/memory.js';
import type { Status } from '../domain/states.js';
import type { WithdrawalView } from '../domain/view.js';

export type { Recovery } from '../domain/earlier-run.js';
export type { Act, Resolution } from '../domain/people.js';

/** What client, bridge and worker agree on: ids, queues, signals, updates, queries and search attributes. */

export const workflowTypes = { withdrawal: 'withdrawal', gate: 'gate', case: 'case' } as const;

/** Ids are plain text in Temporal, so they carry no personal data. */
export const workflowIds = {
  withdrawal: workflowIdOf,
  gate: (provider: ProviderName) => `gate/${provider}`,
  /** The SHA-256 of the news: the same news is the same case, open or closed. */
  case: ({ provider, record, body }: CaseStart) =>
    `case/${bytesToHex(sha256(utf8ToBytes(sortedJson({ provider, record, body }))))}`,
  caseOf: (caseId: string) => `case/${caseId}`,
};

export const workflowQueue = 'outflow';

/** Calls to one provider have a queue of their own: a provider's trouble holds up no other. */
export function callQueue(provider: ProviderName): string {
  return `outflow-${provider}`;
}

/**
 * Asking for turns has a queue of its own: a create must leave within seconds of its turn, and may not stand behind a thousand that ask for theirs.
 */
export function turnQueue(provider: ProviderName): string {
  return `${callQueue(provider)}-turns`;
}

// --- The withdrawal --------------------------------------------------------------------------------------------------

/** The argument of the withdrawal workflow: a request, and what an earlier run of it remembers. */
export interface WithdrawalStart {
  request: WithdrawalRequest;
  memory?: WithdrawalMemory;
  /** Callbacks that came to the earlier run and could not be taken in yet. */
  callbacks?: Callback[];
  /** It goes on with a withdrawal whose workflow was closed by force. */
  recovery?: Recovery;
}

/** A verified callback, read. */
export interface Callback {
  record: ProviderRecord;
}

/** Delivers a verified callback. Only ever a plain signal: signal-with-start on a finished payout starts a second one. */
export const callbackSignal = defineSignal<[Callback]>('callback');

export const viewQuery = defineQuery<WithdrawalView>('view');

/** Cancels it if every attempt is proven unsent or refused and none is under way; else fails with `NotPossible`. */
export const cancelUpdate = defineUpdate<Status, [Act]>('cancel');

/** Ends a wait, or brings the next look-up forward; fails with `NotPossible` where there is nothing to retry. */
export const retryNowUpdate = defineUpdate<Status, [Act]>('retryNow');

/**
 * What became of a person's word: taken, or refused because the provider's own record contradicts it or could not be asked for.
 * `lookUp` is absent if none was made.
 */
export type Resolved =
  | { resolved: true; status: Status; lookUp: LookUpEnd }
  | { resolved: false; status: Status; why: string; lookUp?: LookUpEnd };

/** What the look-up before it came to: a record, that there is none, that the provider could not be asked, or that it has no look-up. */
export type LookUpEnd = 'found' | Extract<Found, string>;

/** Settles it on a person's word, after one more look at the provider; fails with `NotPossible` where nothing is to be settled. */
export const resolveUpdate = defineUpdate<Resolved, [Resolution]>('resolve');

/** The failure type of a run that started after its `sendBy`: an earlier run may have paid. */
export const STALE_REQUEST = 'StaleRequest';
/** The failure type of an update that the withdrawal's state doesn't allow. */
export const NOT_POSSIBLE = 'NotPossible';
/** The failure type of an update whose fields are wrong. */
export const BAD_ACT = 'BadAct';

// --- The gate --------------------------------------------------------------------------------------------------------

/**
 * Gives the next turn, unless it would come too late. The update id is the withdrawal's and its attempt's: within one run of the gate, asking
 * again is the same turn; after it, the first one stays unused.
 */
export const takeTurnUpdate = defineUpdate<Turn | NoTurnInTime, [intervalMs: number, notAfter: number]>('takeTurn');

// --- The case --------------------------------------------------------------------------------------------------------

/** Verified news with no open withdrawal to take it. */
export interface CaseStart {
  provider: ProviderName;
  reason: 'unknown withdrawal' | 'unreadable' | SetAside['reason'];
  /** The withdrawal that it names, where it names one. */
  withdrawalId?: string;
  record?: ProviderRecord;
  /** Why it can't be read, naming fields; and the callback as it came. */
  problem?: string;
  body?: string;
}

/** How a case is started, by the bridge or by a withdrawal: once per content, open or closed. */
export function caseOptions(start: CaseStart) {
  const { provider, reason, record } = start;
  return {
    workflowId: workflowIds.case(start),
    taskQueue: workflowQueue,
    args: [start],
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    staticSummary: caseSummary(reason),
    typedSearchAttributes: [
      { key: searchAttributes.provider, value: provider },
      // Whoever signals may send anything: what is no id is left out.
      ...(typeof record?.providerId === 'string'
        ? [{ key: searchAttributes.providerId, value: record.providerId }]
        : []),
    ],
  };
}

/** Tells a case's reason without a worker. */
export function caseSummary(reason: string): string {
  return `case: ${reason}`;
}

export interface CaseView extends CaseStart {
  openedAt: string;
  closed?: Act & { at: string };
}

export const caseViewQuery = defineQuery<CaseView>('caseView');
export const closeCaseUpdate = defineUpdate<CaseView, [Act]>('close');

// --- Search attributes -----------------------------------------------------------------------------------------------

/** Plain text in Temporal, readable without a live worker: no personal data. */
export const searchAttributes = {
  provider: defineSearchAttributeKey('WithdrawalProvider', 'KEYWORD'),
  status: defineSearchAttributeKey('WithdrawalStatus', 'KEYWORD'),
  currency: defineSearchAttributeKey('WithdrawalCurrency', 'KEYWORD'),
  providerId: defineSearchAttributeKey('WithdrawalProviderId', 'KEYWORD'),
  /** Why a person is needed; absent otherwise. */
  attention: defineSearchAttributeKey('WithdrawalAttention', 'KEYWORD'),
  batch: defineSearchAttributeKey('WithdrawalBatch', 'KEYWORD'),
};

export const searchAttributeNames = Object.values(searchAttributes).map(({ name }) => name);

/** The same content gives the same text, whatever order a provider wrote its fields in. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
