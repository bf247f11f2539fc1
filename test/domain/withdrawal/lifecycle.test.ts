import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LifecycleEvent, LifecycleState, Status, Transition } from '../../../domain/withdrawal/lifecycle.js';
import { lifecycleEvents, finalStatuses, isFinal, statuses, transition } from '../../../domain/withdrawal/lifecycle.js';

/**
 * The whole state machine, written out by hand. One row a state (`?`: an attempt is in doubt), one column an event.
 * `.` not possible here; `!` contradicts the end; capitals are final; a trailing `?` says that the doubt stays or begins.
 */
const table = `
                     invalid started postponed refused lost deadline cancel window | found: ac  pr  aa  oh  CO  DE  CA | person: CO  CA | delayed norecord earlier
received             RE      se      .         .       .    EX       CA     .      |        ac  pr  aa  oh  CO  DE  CA |         CO  CA | wa   .        un?
waiting              .       se      .         .       .    EX       CA     .      |        ac  pr  aa  oh  CO  DE  CA |         CO  CA | wa   .        un?
sending              .       .       wa        RE      un?  .        .      .      |        ac  pr  aa  oh  CO  DE  CA |         CO  CA | .    .        un?
sending?             .       .       un?       un?     un?  .        .      .      |        ac  pr  aa  oh  CO  DE  CA |         CO  CA | .    .        un?
unknown?             .       se?     .         .       .    .        .      .      |        ac  pr  aa  oh  CO  DE  CA |         CO  CA | .    RE       un?
awaiting_commit      .       .       .         .       .    .        .      EX     |        ac  pr  aa  oh  CO  DE  CA |         CO  CA | .    .        .
processing           .       .       .         .       .    .        .      .      |        .   pr  aa  oh  CO  DE  CA |         CO  CA | .    .        .
awaiting_approval    .       .       .         .       .    .        .      .      |        .   pr  aa  oh  CO  DE  CA |         CO  CA | .    .        .
on_hold              .       .       .         .       .    .        .      .      |        .   pr  aa  oh  CO  DE  CA |         CO  CA | .    .        .
confirmed            .       .       .         .       .    .        .      .      |        .   .   .   .   CO  !   !  |         CO  ! | .    .        .
declined             .       .       .         .       .    .        .      .      |        .   .   .   .   !   DE  !  |         !   ! | .    .        .
cancelled            .       .       .         .       .    .        .      .      |        .   .   .   .   !   !   CA |         !   CA | .    .        .
refused              .       .       .         .       .    .        .      .      |        .   !   !   !   !   RE  RE |         !   RE | .    .        .
expired              .       .       .         .       .    .        .      .      |        .   !   !   !   !   EX  EX |         !   EX | .    .        .
`;

/** States that no event leads to; if one arose all the same, doubt would still end nothing by itself. */
const unreachable = `
                     invalid started postponed refused lost deadline cancel window | found: ac  pr  aa  oh  CO  DE  CA | person: CO  CA | delayed norecord earlier
received?            RE      se?     .         .       .    un?      .      .      |        ac  pr  aa  oh  CO  DE  CA |         CO  CA | wa?  .        un?
waiting?             .       se?     .         .       .    un?      .      .      |        ac  pr  aa  oh  CO  DE  CA |         CO  CA | wa?  .        un?
unknown              .       se      .         .       .    .        .      .      |        ac  pr  aa  oh  CO  DE  CA |         CO  CA | .    RE       un?
awaiting_commit?     .       .       .         .       .    .        .      EX     |        ac  pr  aa  oh  CO  DE  CA |         CO  CA | .    .        .
processing?          .       .       .         .       .    .        .      .      |        .   pr  aa  oh  CO  DE  CA |         CO  CA | .    .        .
awaiting_approval?   .       .       .         .       .    .        .      .      |        .   pr  aa  oh  CO  DE  CA |         CO  CA | .    .        .
on_hold?             .       .       .         .       .    .        .      .      |        .   pr  aa  oh  CO  DE  CA |         CO  CA | .    .        .
confirmed?           .       .       .         .       .    .        .      .      |        .   .   .   .   CO? !   !  |         CO? ! | .    .        .
declined?            .       .       .         .       .    .        .      .      |        .   .   .   .   !   DE? !  |         !   ! | .    .        .
cancelled?           .       .       .         .       .    .        .      .      |        .   .   .   .   !   !   CA?|         !   CA? | .    .        .
refused?             .       .       .         .       .    .        .      .      |        .   !   !   !   !   RE? RE?|         !   RE?| .    .        .
expired?             .       .       .         .       .    .        .      .      |        .   !   !   !   !   EX? EX?|         !   EX?| .    .        .
`;

const columns: LifecycleEvent[] = [
  ...(['requestInvalid', 'sendStarted', 'sendPostponed', 'sendRefused', 'sendLost', 'deadlinePassed'] as const),
  ...(['cancelRequested', 'windowClosed', 'foundAwaitingCommit', 'foundProcessing', 'foundAwaitingApproval'] as const),
  ...([
    'foundOnHold',
    'foundConfirmed',
    'foundDeclined',
    'foundCancelled',
    'personConfirmed',
    'personNotPaid',
  ] as const),
  ...(['sendDelayed', 'foundNoRecord', 'earlierRunFound'] as const),
];
const codes: Record<string, Status> = {
  ...{ rc: 'received', wa: 'waiting', se: 'sending', un: 'unknown' },
  ...{ ac: 'awaiting_commit', pr: 'processing', aa: 'awaiting_approval', oh: 'on_hold' },
  ...{ CO: 'confirmed', DE: 'declined', CA: 'cancelled', RE: 'refused', EX: 'expired' },
};

function outcomeOf(code: string): Transition {
  if (code === '.') return 'not possible';
  if (code === '!') return 'contradicts';
  const status = codes[code.replace('?', '')];
  if (status === undefined) throw new Error(`the table has a code of no state: ${code}`);
  return { status, inDoubt: code.endsWith('?') };
}

function rowsOf(text: string): { name: string; state: LifecycleState; outcomes: Transition[] }[] {
  const [, ...lines] = text.trim().split('\n');
  return lines.map((line) => {
    const [name = '', ...cells] = line.replace(/\|/g, ' ').trim().split(/\s+/);
    const state = { status: name.replace('?', '') as Status, inDoubt: name.endsWith('?') };
    return { name, state, outcomes: cells.map(outcomeOf) };
  });
}

const reachableRows = rowsOf(table);
const allRows = [...reachableRows, ...rowsOf(unreachable)];
const named = ({ status, inDoubt }: LifecycleState) => status + (inDoubt ? '?' : '');

describe('the table of all states and events', () => {
  test('has a row for every status, in doubt and not, and a column for every event', () => {
    const everyState = statuses.flatMap((status) => [status, `${status}?`]);
    expect(allRows.map(({ name }) => name).sort()).toEqual(everyState.sort());
    expect([...columns].sort()).toEqual([...lifecycleEvents].sort());
    for (const { outcomes } of allRows) expect(outcomes).toHaveLength(columns.length);
  });

  test.each(allRows)('$name goes where the table says, whatever happens', ({ state, outcomes }) => {
    expect(columns.map((event) => [event, transition(state, event)])).toEqual(
      columns.map((event, column) => [event, outcomes[column]]),
    );
  });

  test('lists as reachable exactly what can be reached from received', () => {
    const reached = new Map<string, LifecycleState>([['received', { status: 'received', inDoubt: false }]]);
    for (const state of reached.values()) {
      for (const event of lifecycleEvents) {
        const next = transition(state, event);
        if (typeof next === 'object') reached.set(named(next), next);
      }
    }
    expect([...reached.keys()].sort()).toEqual(reachableRows.map(({ name }) => name).sort());
  });
});

/** The state after all these events, with the impossible and contradicting ones left out. */
function after(start: LifecycleState, events: readonly LifecycleEvent[]): LifecycleState {
  return events.reduce((state, event) => {
    const next = transition(state, event);
    return typeof next === 'object' ? next : state;
  }, start);
}

const events = fc.array(fc.constantFrom(...lifecycleEvents), { maxLength: 30 });
const inDoubt = fc.constantFrom<LifecycleState>(
  { status: 'waiting', inDoubt: true },
  { status: 'sending', inDoubt: true },
  { status: 'unknown', inDoubt: true },
);

describe('the law, for any sequence of events', () => {
  test('a final state never changes', () => {
    const final = fc.constantFrom(...finalStatuses).map((status): LifecycleState => ({ status, inDoubt: false }));
    fc.assert(fc.property(final, events, (state, any) => expect(after(state, any)).toEqual(state)));
  });

  test('while in doubt, nothing but the provider’s record or a person ends it or settles the doubt', () => {
    const ours = lifecycleEvents.filter((event) => !/^(found|person)/.test(event));
    const withoutEvidence = fc.array(fc.constantFrom(...ours), { maxLength: 30 });
    fc.assert(
      fc.property(inDoubt, withoutEvidence, (state, any) => {
        const end = after(state, any);
        expect({ final: isFinal(end.status), inDoubt: end.inDoubt }).toEqual({ final: false, inDoubt: true });
      }),
    );
  });

  test('cancelled by the app, refused and expired need that no attempt is in doubt', () => {
    fc.assert(
      fc.property(
        inDoubt,
        fc.constantFrom<LifecycleEvent>('cancelRequested', 'sendRefused', 'deadlinePassed'),
        (state, event) => {
          const next = transition(state, event);
          expect(typeof next === 'object' && isFinal(next.status)).toBe(false);
        },
      ),
    );
  });

  test('a second attempt begins only before the first one, after an unsent or refused one, or from unknown', () => {
    const canSend = statuses.filter(
      (status) => typeof transition({ status, inDoubt: false }, 'sendStarted') === 'object',
    );
    expect(canSend).toEqual(['received', 'waiting', 'unknown']);
  });
});
