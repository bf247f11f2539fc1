import { describe, expect, test } from '@jest/globals';
import { severity } from '../../../domain/attention.js';
import type { UnreadableInput } from '../../../domain/withdrawal/state.js';
import type { Life } from './life.js';
import { acceptedLife, DAY, life, MINUTE, unknownLife } from './life.js';
import { samples } from '../requests.js';

const forged = (it: Life, what: UnreadableInput['what'] = 'callback') =>
  it.apply({ type: 'unreadableReceived', what, reason: 'plaintext' });

const lives: [string, () => Life][] = [
  ['received', () => life()],
  ['sending', () => life().send()],
  ['waiting', () => life().send().failed('NotEnoughFunds')],
  ['unknown', () => unknownLife()],
  ['processing', () => acceptedLife()],
  ['at a provider without look-ups', () => acceptedLife(samples.cryptocloud)],
  ['ended', () => acceptedLife().found('confirmed')],
];

describe('what can’t be believed', () => {
  test.each(lives)('changes nothing of one that is %s, but a line, whom to ask, and when to look up', (_, given) => {
    const before = given();
    const looksUp =
      (before.status === 'processing' || before.status === 'unknown') &&
      before.state.request.provider !== 'cryptocloud';
    const after = forged(given());
    const { timeline: line, attention: asked, lookUps: at, ...rest } = before.state;
    const { timeline, attention, lookUps, ...same } = after.state;
    expect(same).toEqual(rest);
    expect(timeline.slice(0, line.length)).toEqual(line);
    expect(lookUps.round).toBe(at.round);
    expect(after.next).toEqual(looksUp ? expect.objectContaining({ do: 'lookUp' }) : before.next);
    if (asked !== undefined || after.view.final) expect(attention).toBe(asked);
    else expect(attention).toBe('unreadable-input');
  });

  test('is one line of the timeline with their number, however many they are', () => {
    const it = acceptedLife();
    const lines = it.state.timeline.length;
    for (let count = 1; count <= 1_000; count += 1) forged(it, count % 2 ? 'callback' : 'action');
    const found = it.state.timeline.filter(({ event }) => event === 'unreadable');
    expect(found).toMatchObject([{ detail: { unreadable: { what: 'action', reason: 'plaintext', count: 1_000 } } }]);
    expect(it.state.timeline).toHaveLength(lines + 2); // and whom it asks for
  });

  test('hides no other reason for which a person is needed, and is hidden by a graver one', () => {
    expect(forged(life().send().failed('NotEnoughFunds')).attention).toBe('waiting-for-funds');
    expect(forged(acceptedLife(samples.cryptocloud)).attention).toBe('person-confirms');
    expect(severity('unreadable-input')).toBeLessThan(severity('unknown-outcome'));
  });

  test('as a callback brings the next look-up forward once, since it may be a real one that was damaged', () => {
    const it = acceptedLife();
    expect(forged(it).next).toMatchObject({ do: 'lookUp' });
    it.found('processing');
    expect(forged(it).next).toMatchObject({ do: 'wait' });
    expect(forged(acceptedLife(), 'action').next).toMatchObject({ do: 'wait' });
  });

  test('ends no pause after a fault of ours', () => {
    const it = acceptedLife().apply({ type: 'faultOccurred', fault: 'TypeError' });
    expect(forged(it).state.pausedUntil).toBe(it.now + MINUTE);
  });

  test('in place of a create’s result leaves its outcome unknown, and is looked up', () => {
    const it = life()
      .send()
      .apply({
        type: 'createFailed',
        failure: { type: 'UnreadableResult', code: 'plaintext' },
        isOver: false,
      });
    expect(it.view).toMatchObject({ status: 'unknown', attention: 'unreadable-input' });
    expect(it.state.inDoubt).toBe(true);
    expect(it.state.timeline.at(-2)).toMatchObject({ detail: { unreadable: { what: 'result', reason: 'plaintext' } } });
    expect(it.found('confirmed').view).toMatchObject({ status: 'confirmed', final: true });
  });
});

describe('a run that was started a second time', () => {
  test.each(['alphapo', 'cryptocloud'] as const)(
    'sends nothing at %s: it is in doubt, and asks for a person',
    (name) => {
      const it = life(samples[name])
        .send()
        .apply({ type: 'createFailed', failure: { type: 'EarlierRun' }, isOver: true });
      expect(it.view).toMatchObject({ status: 'unknown', attention: 'earlier-run' });
      expect(it.state.timeline).toContainEqual(
        expect.objectContaining({ event: 'earlierRunFound', detail: { earlierRun: 'started again' } }),
      );
      it.pass(DAY);
      expect(it.view.status).toBe('unknown');
    },
  );
});
