import type { Bug } from './bug.js';
import { bug } from './bug.js';

const unknown = 'domain/withdrawal/sending/unknown-outcome.ts';
const creating = 'domain/withdrawal/sending/creating.ts';
const committing = 'domain/withdrawal/sending/committing.ts';
const calls = 'activities/provider-calls.ts';

/** Mistakes about what may be sent, and when. */
export const sendingBugs: readonly Bug[] = [
  bug(
    'an end asks for no earlier run',
    'domain/withdrawal/apply.ts',
    'if (event.hasEarlierRun === true) takeEarlierRun(state, now);',
    '',
  ),
  bug(
    'retry a time-out',
    'workflows/calls.ts',
    "['TemporalTimeout:StartToClose', 'TemporalTimeout:Heartbeat', ...endingAtOnce]",
    '[...endingAtOnce]',
  ),
  bug(
    'send without looking',
    unknown,
    'return absence !== undefined && absence.account === resendOnlyAs(state) && isLong(absence);',
    'return absence === undefined || state !== undefined;',
  ),
  bug('one absence is proof', unknown, 'const ABSENCES_NEEDED = 3;', 'const ABSENCES_NEEDED = 1;'),
  bug(
    'absence counted too early',
    unknown,
    'if (quiet !== undefined && askedAt < quiet)',
    'if (quiet !== undefined && askedAt < 0)',
  ),
  bug(
    'absence within a minute is proof',
    'domain/timeouts/durations.ts',
    "ms: 5 * MINUTE,\n      bounds: 'From the first to the last look-up that does not find it",
    "ms: 5 * SECOND,\n      bounds: 'From the first to the last look-up that does not find it",
  ),
  bug(
    'zombie without notAfter',
    'activities/http.ts',
    'connector.tooLate = now() > notAfter;',
    'connector.tooLate = false;',
  ),
  bug(
    'an answer that never came means not sent',
    'activities/http.ts',
    "const type = writtenAt === undefined ? 'NotConnected' : 'NoAnswer';",
    "const type = 'NotConnected';",
  ),
  bug(
    'a server error means refused',
    'providers/http/responses.ts',
    'if (response.status >= 500) return',
    'if (response.status >= 600) return',
  ),
  bug(
    'an unreadable answer means not sent',
    'providers/http/responses.ts',
    "return failed({ type: 'UnreadableAnswer', httpStatus: response.status, message });",
    "return failed({ type: 'NotConnected', message });",
  ),
  bug(
    'a killed call means not sent',
    'workflows/calls.ts',
    "const interrupted: FailedCall = { failure: { type: 'CallInterrupted' }, isOver: false };",
    "const interrupted: FailedCall = { failure: { type: 'NoWorker' }, isOver: true };",
  ),
  bug(
    'a killed call is over',
    'workflows/calls.ts',
    "const interrupted: FailedCall = { failure: { type: 'CallInterrupted' }, isOver: false };",
    "const interrupted: FailedCall = { failure: { type: 'CallInterrupted' }, isOver: true };",
  ),
  bug('sendBy unchecked', creating, 'const notAfter = Math.min(sendByOf(state), latest);', 'const notAfter = latest;'),
  bug('never expires', creating, 'nextSlotAt !== undefined || now >= sendByOf(state)', 'nextSlotAt !== undefined'),
  bug(
    'a window of ten minutes to send',
    creating,
    'now + durations.send.window.ms : slot.at',
    'now + 5 * durations.send.window.ms : slot.at',
  ),
  bug(
    'clocks that are behind may send',
    calls,
    'if (now() < activityInfo().currentAttemptScheduledTimestampMs - durations.send.clockMargin.ms)',
    'if (now() < 0)',
  ),
  bug(
    'a reset run may send',
    calls,
    "if (run !== originalRun && run !== settlingRun) return { type: 'ResetRun' };",
    "if (run === '') return { type: 'ResetRun' };",
  ),
  bug(
    'nobody asks for an earlier run',
    calls,
    'if (provider.mayResend) return undefined;\n    try {',
    "if (withdrawalId !== '') return undefined;\n    try {",
  ),
  bug(
    'sent again by another account',
    calls,
    'if (onlyAs !== undefined && onlyAs !== account)',
    "if (onlyAs !== undefined && account === '')",
  ),
  bug(
    'a recovered run is not in doubt',
    'domain/withdrawal/sending/earlier-run.ts',
    "state.attempts.push({ startedAt: now, notAfter, outcome: 'unknown', isOfEarlierRun: true });",
    "if (detail.earlierRun === 'recovered') return;\n  state.attempts.push({ startedAt: now, notAfter, outcome: 'unknown', isOfEarlierRun: true });",
  ),
  bug(
    'commit twice',
    committing,
    "if (commit !== undefined) commit.state = 'unknown';",
    "if (commit !== undefined) commit.state = 'open';",
  ),
  bug(
    'margin of the window gone',
    'domain/timeouts/durations.ts',
    "ms: 2 * SECOND,\n      bounds: 'From the last moment at which a commit is written",
    "ms: -30 * SECOND,\n      bounds: 'From the last moment at which a commit is written",
  ),
  bug(
    'maxCharge unchecked',
    committing,
    'isMoreThan(record.charge, maxCharge)))',
    'isMoreThan(record.charge, record.charge)))',
  ),
  bug(
    'no slot is asked for',
    creating,
    'return capabilities[request.provider].hasRateLimit && slot === undefined;',
    "return capabilities[request.provider].hasRateLimit && slot === undefined && request.withdrawalId === '';",
  ),
  bug('slots too close', 'domain/rate-limiter.ts', 'last + intervalMs + SLOT_MS', 'last + SLOT_MS'),
  bug(
    'the rate limiter forgets',
    'workflows/rate-limiter.ts',
    'return continueAsNew<typeof rateLimiter>(limiter.state);',
    'return continueAsNew<typeof rateLimiter>();',
  ),
];
