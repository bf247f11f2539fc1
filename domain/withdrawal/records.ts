import { isNewsAfter } from './after-the-end.js';
import { heardEvent, isBehindCommit, isLeftToExpire, windowOpened } from './committing.js';
import { omitUndefined } from '../omit-undefined.js';
import { capabilities } from '../providers/index.js';
import type { Source } from './state.js';
import type { ProviderRecord } from '../record.js';
import { contradictsItself, foreignFields, isFinalWord } from '../record.js';
import type { Status } from './lifecycle.js';
import type { WithdrawalError } from './view.js';
import type { Withdrawal } from './withdrawal.js';

/** Takes a record in: applies it, keeps it until a look-up agrees, or leaves it alone and asks for a person. */
export function hear(payout: Withdrawal, record: ProviderRecord, source: Source, now: number): void {
  // Ours or not, a record under our reference ends a row of look-ups that found nothing.
  delete payout.memory.absence;
  const foreign = foreignFields(record, payout.request, payout.providerId);
  if (foreign.length > 0) {
    payout.note('notOurs', now, `${source}: differs in ${foreign.join(', ')}`);
    if (!payout.isFinal) payout.needPerson('not-ours', now);
    // Another payout under our reference: the end of this one must not make it forgotten.
    if (source === 'callback') payout.memory.setAside.push({ reason: 'is not about this withdrawal', record });
  } else if (payout.isFinal) {
    hearAfterTheEnd(payout, record, source, now);
  } else if (contradictsItself(record)) {
    hearContradiction(payout, record, source, now);
  } else if (source === 'callback') {
    hearCallback(payout, record, now);
  } else {
    hearProvider(payout, record, source, now);
  }
}

/** Final never changes, nor what is told of it: what says otherwise is kept for a case. */
function hearAfterTheEnd(payout: Withdrawal, record: ProviderRecord, source: Source, now: number): void {
  const { state, record: last, resolvedTxid } = payout.memory;
  const end = { status: state.status, providerStatus: last?.providerStatus, txid: resolvedTxid ?? last?.txid };
  if (!isNewsAfter(end, record, heardEvent(payout, record, source, now))) return;
  payout.note('contradiction', now, `${source}: ${record.providerStatus}`);
  payout.memory.setAside.push({ reason: 'differs from the recorded end', record });
}

/** That it is at the provider is proven, so nothing is sent or committed any more; neither of its two words is believed. */
function hearContradiction(payout: Withdrawal, record: ProviderRecord, source: Source, now: number): void {
  const { memory, status } = payout;
  const said = `${source}: ${record.providerStatus}`;
  memory.record = { ...memory.record, ...record };
  if (isBeforeRecord(payout) || status === 'awaiting_commit') payout.become('foundProcessing', now, said);
  payout.contest(`${said}, and it names a transaction`, now);
}

/** A callback may be old and replayed: each word applies once, and a final or backward one waits for a look-up. */
function hearCallback(payout: Withdrawal, record: ProviderRecord, now: number): void {
  const { memory } = payout;
  const { claim } = memory;
  if (memory.applied.includes(wordOf(record)) || memory.doubted.includes(wordOf(record))) return;
  if (isBehindCommit(payout, record)) return;
  if (claim !== undefined && isFinalWord(claim.record) && isFinalWord(record)) {
    if (claim.record.meaning !== record.meaning) {
      payout.contest(`callbacks say ${claim.record.meaning} and ${record.meaning}`, now);
    }
    return;
  }
  if (!needsConfirmation(payout, record)) return apply(payout, record, 'callback', now);
  if (record.meaning === 'unrecognised') payout.needPerson('unrecognised-status', now);
  // An older word never takes the place of a final one that waits for its look-up.
  if (claim !== undefined && isFinalWord(claim.record)) return;
  memory.claim = { record, since: now };
  memory.doubted.push(wordOf(record));
  // Its last word is yet to be confirmed; that the provider has it is proven, so it is never sent again.
  if (isBeforeRecord(payout)) payout.become('foundProcessing', now, `callback: ${record.providerStatus}`);
  payout.note('callback', now, `${record.providerStatus}, to be confirmed by a look-up`);
  payout.restartLookUps(now);
}

function needsConfirmation({ memory, status }: Withdrawal, record: ProviderRecord): boolean {
  if (!capabilities[record.provider].hasLookUp) return false;
  if (isFinalWord(record)) return memory.policy.confirmFinal;
  const [said, stands] = [progress(record.meaning), progress(status)];
  return said < stands || (said === 2 && stands === 2);
}

/** The provider's own answer: believed, unless two final words differ. */
function hearProvider(payout: Withdrawal, record: ProviderRecord, source: Source, now: number): void {
  const { memory } = payout;
  const claimed = memory.claim?.record;
  const differs = claimed !== undefined && isFinalWord(claimed) && claimed.meaning !== record.meaning;
  if (isFinalWord(record) && differs) {
    payout.contest(`a callback says ${claimed.meaning}, the ${source} says ${record.meaning}`, now);
  }
  if (claimed !== undefined && !isFinalWord(claimed)) delete memory.claim;
  if (!(memory.contested && isFinalWord(record))) apply(payout, record, source, now);
}

function apply(payout: Withdrawal, record: ProviderRecord, source: Source, now: number): void {
  const { memory } = payout;
  if (!memory.applied.includes(wordOf(record))) memory.applied.push(wordOf(record));
  const claimed = memory.claim?.record;
  const confirms = claimed?.meaning === record.meaning;
  memory.record = { ...memory.record, ...(confirms && claimed), ...record };
  const event = heardEvent(payout, record, source, now) ?? (isBeforeRecord(payout) ? 'foundProcessing' : undefined);
  if (event === 'foundAwaitingCommit') windowOpened(payout, source, now);
  if (event !== undefined) payout.become(event, now, `${source}: ${record.providerStatus}`);
  if (record.meaning === 'unrecognised') {
    payout.note('unrecognised', now, `${source}: ${record.providerStatus}`);
    payout.needPerson('unrecognised-status', now);
  }
  if (payout.status === 'declined' || payout.status === 'cancelled') memory.error = finalError(record);
  else if (event !== undefined && payout.status !== 'expired' && !isLeftToExpire(payout)) delete memory.error;
}

/** No record of the provider's is known yet. */
function isBeforeRecord({ status }: Withdrawal): boolean {
  return progress(status) < 0;
}

function wordOf({ providerId, providerStatus }: ProviderRecord): string {
  return `${providerId} ${providerStatus}`;
}

/** How far a provider has come with it: a callback that says less is old. -1: nothing is known of a record. */
function progress(status: ProviderRecord['meaning'] | Status): number {
  switch (status) {
    case 'awaiting_commit':
      return 0;
    case 'processing':
    case 'unrecognised':
      return 1;
    case 'awaiting_approval':
    case 'on_hold':
      return 2;
    case 'confirmed':
    case 'declined':
    case 'cancelled':
    case 'refused':
    case 'expired':
      return 3;
    case 'received':
    case 'waiting':
    case 'sending':
    case 'unknown':
      return -1;
  }
}

/** The provider's own reason, beside its final word. */
function finalError({ meaning, error }: ProviderRecord): WithdrawalError {
  const type = meaning === 'declined' ? 'Declined' : 'Cancelled';
  return { type, certainty: 'refused', ...omitUndefined({ message: error }) };
}
