import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { timeoutsDoc } from '../../cli/docs/timeouts-doc.js';
import { cryptopay } from '../../domain/providers/cryptopay.js';
import type { Duration } from '../../domain/timeouts/durations.js';
import { durations, QUIET_MS } from '../../domain/timeouts/durations.js';

const { call, activity, send, retention, slot, commit, lookUp, retry, reminder, worker, bridge } = durations;
const SECOND = 1_000;

/** What providers, proxies and the SDK set: none of it is ours to change. */
const cryptopayWindow = cryptopay.commit.windowMs;
const cryptopayResponse = 10 * SECOND;
const cryptocloudInterval = 12 * SECOND;
const sdkLastTry = 4 * SECOND;
const proxyIdle = 60 * SECOND;

function sum(times: readonly number[]): number {
  return times.reduce((total, time) => total + time, 0);
}

/** For what may also be equal. */
function upTo(time: number): number {
  return time - 1;
}

test.each<[why: string, lesser: number, greater: number]>([
  [
    'A connection that never stands is reported as such before the whole call is given up.',
    call.connect.ms,
    call.total.ms,
  ],
  ['A call that is given up has named its account before by a heartbeat.', call.slow.ms, call.total.ms],
  ['The call’s own result comes before Temporal’s time-out, which knows less.', call.total.ms, activity.call.ms],
  ['A worker that stops lets the longest call finish.', upTo(activity.call.ms + slot.length.ms), worker.shutdown.ms],
  [
    'After the calls, a worker has time to report to Temporal how they ended.',
    upTo(worker.shutdown.ms + 10 * SECOND),
    worker.stop.ms,
  ],
  ['An operator’s `resolve` waits for at least one whole look-up.', activity.call.ms, activity.resolve.ms],
  ['No worker took it: that is known before the attempt’s last moment.', activity.toStart.ms, send.window.ms],
  ['A first repetition by Temporal is still within the attempt’s window.', activity.repeat.ms, send.window.ms],
  ['Repetitions grow.', activity.repeat.ms, activity.repeatAtMost.ms],
  ['A worker’s clock that is just allowed makes nothing arrive after the quiet time.', send.clockMargin.ms, QUIET_MS],
  [
    'What is written at `sendBy` has arrived before Temporal may forget it.',
    send.window.ms + QUIET_MS,
    retention.margin.ms,
  ],
  [
    'A retention that was lowered just after it was read still covers the last attempt.',
    retention.fresh.ms + send.window.ms + QUIET_MS,
    retention.margin.ms,
  ],
  [
    'A failed reading of the retention is repeated before it is stale for as long again.',
    retention.again.ms,
    retention.fresh.ms,
  ],
  ['A send that waits for the retention still has its window.', retention.read.ms, send.window.ms],
  ['By default there is time for more than one attempt.', send.window.ms + retry.longest.ms, send.byDefault.ms],
  ['Proof of absence outlasts an attempt whose worker was paused.', send.window.ms + QUIET_MS, lookUp.absenceSpan.ms],
  ['The first look-ups reach over the span that proves absence.', upTo(lookUp.absenceSpan.ms), sum(lookUp.settle.ms)],
  ['Look-ups in a row may prove absence before a person is asked for.', lookUp.absenceSpan.ms, lookUp.unknown.ms],
  [
    'The quick look-ups that confirm a callback are over before a person is asked for.',
    sum(lookUp.confirm.ms),
    lookUp.unconfirmed.ms,
  ],
  ['Old withdrawals are looked up more rarely than young ones.', lookUp.longest.ms, lookUp.longestOld.ms],
  ['A withdrawal is reminded of before it is looked up rarely.', reminder.overdue.ms, lookUp.old.ms],
  ['Waits for the next attempt grow.', retry.first.ms, retry.longest.ms],
  ['A wait follows only on what Temporal’s own repetitions did not settle.', activity.repeatAtMost.ms, retry.first.ms],
  ['One wait alone never makes a rate limit a person’s matter.', upTo(retry.longest.ms), retry.rateLimited.ms],
  ['In doubt, an attempt is rarer than without.', retry.longest.ms, retry.inDoubt.ms],
  ['In doubt, absence can be proven anew before the next attempt.', lookUp.absenceSpan.ms, retry.inDoubt.ms],
  ['The Owner is reminded of before it is overdue.', reminder.approval.ms, reminder.overdue.ms],
  ['A slot that passes unused leaves the next one free, an interval later.', slot.length.ms, cryptocloudInterval],
  ['The request for a slot fails by itself before its activity is timed out.', slot.ask.ms, slot.activity.ms],
  ['A slot is asked for more than once.', slot.activity.ms, slot.attentionAfter.ms],
  ['A commit’s deadline is within the window.', commit.lead.ms, cryptopayWindow],
  ['A create that took its whole time leaves time to commit.', call.total.ms + commit.lead.ms, cryptopayWindow],
  ['The shortest time to take a commit is within its lead.', commit.toStartAtLeast.ms, commit.lead.ms],
  [
    'A look-up that speaks for the closed window comes after it by any clock that may send.',
    upTo(send.clockMargin.ms),
    commit.closing.ms,
  ],
  [
    'A client that is slow with its headers is answered so before its whole time is over.',
    bridge.headers.ms,
    bridge.request.ms,
  ],
  ['A request that is being read is not taken for silent.', bridge.request.ms, bridge.silence.ms],
  [
    'A bridge that waits for the index and asks Temporal twice is not silent.',
    2 * (bridge.temporal.ms + sdkLastTry) + bridge.index.ms,
    bridge.silence.ms,
  ],
  ['The web server in front closes an idle connection first, so that no request is lost.', proxyIdle, bridge.idle.ms],
  ['A slow Temporal is a 503 before Cryptopay gives up.', bridge.temporal.ms + sdkLastTry, cryptopayResponse],
  ['The index is looked at more than once.', 2 * bridge.indexPause.ms, bridge.index.ms],
])('%s', (_why, lesser, greater) => {
  expect(lesser).toBeLessThan(greater);
});

test('every duration is a whole number of milliseconds, and says what it bounds and why', () => {
  for (const [group, rows] of Object.entries<Record<string, Duration>>(durations)) {
    for (const [name, { ms, bounds, why }] of Object.entries(rows)) {
      const isWhole = [ms].flat().every((time) => Number.isSafeInteger(time) && time >= 0);
      expect([group, name, isWhole, bounds.endsWith('.'), why.endsWith('.')]).toEqual([group, name, true, true, true]);
    }
  }
});

test('docs/timeouts.md is what the table says (else: npm run docs)', async () => {
  expect(await readFile(new URL('../../docs/timeouts.md', import.meta.url), 'utf8')).toBe(timeoutsDoc());
});
