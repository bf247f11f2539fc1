import { durations } from './timeouts/durations.js';

/**
 * How much is at stake, the least first; a more severe one takes the place of a less severe one. `contradictory` (two statuses that can't both hold) and
 * `misdirected` (a record that isn't ours, a run that may have paid before) may mean money paid wrongly; `uncertain` is an outcome that
 * nobody knows; `waiting` stands still until something is corrected; `passing` continues automatically; `usual` is the provider's ordinary way.
 */
const severities = ['usual', 'passing', 'waiting', 'uncertain', 'misdirected', 'contradictory'] as const;
export type Severity = (typeof severities)[number];

/** What an operator does about it with a command. All else is done elsewhere: at the provider, with a worker. */
export type Remedy =
  /** `outflow retry`: it waits, and is sent again at once, instead of at its time, when this is corrected. */
  | { command: 'retry'; when: string; reason: string }
  /** `outflow retry`: it is looked up at once. */
  | { command: 'look up' }
  /** `outflow resolve`: only an operator's resolution ends it. */
  | { command: 'resolve' }
  /** Temporal's own command line, on this workflow: nothing of Outflow's can act on what it can't read. */
  | { command: 'temporal'; when: string; line: string };

interface AttentionRow {
  /** Why a person is needed. */
  meaning: string;
  /** What to do. */
  advice: string;
  severity: Severity;
  /** Absent: it continues automatically once what the advice names is done. */
  remedy?: Remedy;
  /** Some that need a person for it are in doubt: looked up and proven absent, they may be sent again. */
  mayBeResent?: true;
}

const minutes = (ms: number) => `${ms / 60_000} minutes`;
const seconds = (ms: number) => `${ms / 1_000} seconds`;

/** Why a person is needed, one row each. The key is what the search attribute and the view show. */
export const attentions = {
  'unknown-outcome': {
    meaning: 'A request may have been accepted and nothing proves it yet.',
    advice: 'Ask the provider; never pay it by hand before.',
    severity: 'uncertain',
    remedy: { command: 'resolve' },
    mayBeResent: true,
  },
  'earlier-run': {
    meaning:
      'Its workflow was reset, was started a second time, or goes on after it was closed by force: the run before may have paid.',
    advice: 'Ask the provider; nothing is sent automatically.',
    severity: 'misdirected',
    remedy: { command: 'resolve' },
    mayBeResent: true,
  },
  'not-ours': {
    meaning: 'The provider’s record under our reference differs from what was asked.',
    advice: 'Ask the provider whose it is.',
    severity: 'misdirected',
    remedy: { command: 'look up' },
  },
  'record-missing': {
    meaning: 'The provider’s look-up no longer finds what it accepted.',
    advice: 'Ask the provider.',
    severity: 'uncertain',
    remedy: { command: 'resolve' },
  },
  contradiction: {
    meaning:
      'The provider contradicts itself: two final statuses differ, or one says that nothing was paid and names a transaction.',
    advice: 'Ask the provider which holds.',
    severity: 'contradictory',
    remedy: { command: 'resolve' },
  },
  'final-unconfirmed': {
    meaning: `A callback says that it ended, and the look-up has not agreed for ${minutes(durations.lookUp.unconfirmed.ms)}.`,
    advice: 'Ask the provider.',
    severity: 'uncertain',
    remedy: { command: 'resolve' },
  },
  'commit-unsettled': {
    meaning: 'It is not known whether the commit took effect, and the window is over.',
    advice: 'Ask the provider.',
    severity: 'uncertain',
    remedy: { command: 'resolve' },
  },
  'missed-slots': {
    meaning: 'Its slots keep passing unused.',
    advice: 'Check the workers’ clocks and load.',
    severity: 'waiting',
  },
  'no-slot': {
    meaning: `For ${minutes(durations.slot.attentionAfter.ms)} no slot to send it could be had.`,
    advice: 'Check Temporal and the log of this provider’s workers; asking continues automatically.',
    severity: 'waiting',
    remedy: { command: 'retry', when: 'once its workers reach Temporal', reason: 'slots are given again' },
  },
  'rate-limited': {
    meaning: `The provider has asked for fewer requests for over ${minutes(durations.retry.rateLimited.ms)}, or to wait for longer.`,
    advice: 'Ask it for a higher limit, or see who else uses the key; sending continues automatically.',
    severity: 'waiting',
    remedy: { command: 'retry', when: 'once the provider allows more', reason: 'the provider allows more' },
  },
  'unrecognised-status': {
    meaning: 'The provider reported a status that is in no table, or one in a form that proves nothing.',
    advice: 'Ask the provider.',
    severity: 'waiting',
    remedy: { command: 'look up' },
  },
  'owner-overdue': {
    meaning: 'The provider’s Owner has not decided for a day.',
    advice: 'Approve or decline it in the provider’s dashboard.',
    severity: 'waiting',
    remedy: { command: 'look up' },
  },
  'provider-overdue': {
    meaning: 'The provider has not ended it for a day.',
    advice: 'Ask the provider’s support.',
    severity: 'waiting',
    remedy: { command: 'look up' },
  },
  'waiting-for-funds': {
    meaning: 'The account at the provider holds too little.',
    advice: 'Fund it; sending continues automatically.',
    severity: 'waiting',
    remedy: { command: 'retry', when: 'once the account is funded', reason: 'the account is funded' },
  },
  'waiting-for-credentials': {
    meaning: 'The provider refuses our credentials.',
    advice: 'Correct them; sending continues automatically.',
    severity: 'waiting',
    remedy: { command: 'retry', when: 'once the credentials are corrected', reason: 'the credentials are corrected' },
  },
  'waiting-for-connection': {
    meaning: 'The provider could not be reached.',
    advice: 'Check the network; sending continues automatically.',
    severity: 'waiting',
    remedy: { command: 'retry', when: 'once the provider can be reached', reason: 'the provider can be reached' },
  },
  'worker-clock': {
    meaning: `A worker’s clock is behind Temporal’s by more than ${seconds(durations.send.clockMargin.ms)}.`,
    advice: 'Put it right (NTP); sending continues automatically.',
    severity: 'waiting',
  },
  'waiting-for-key': {
    meaning: 'The workers that took its calls can’t read them: they lack the key, or have another one under its id.',
    advice: 'Give every worker all keys (OUTFLOW_ENCRYPTION_KEYS); sending continues automatically.',
    severity: 'waiting',
    remedy: { command: 'retry', when: 'once every worker has the key', reason: 'the workers have the key' },
  },
  'waiting-for-temporal': {
    meaning: 'Temporal doesn’t say whether it had an earlier run, which might have paid.',
    advice: 'Check Temporal’s visibility store (its lists of workflows); sending continues automatically.',
    severity: 'waiting',
    remedy: { command: 'retry', when: 'once Temporal lists workflows', reason: 'Temporal lists workflows again' },
  },
  'waiting-for-worker': {
    meaning: 'No worker has taken its call for minutes.',
    advice: 'Start one with this provider’s settings; sending continues automatically.',
    severity: 'waiting',
    remedy: { command: 'retry', when: 'once a worker serves it', reason: 'a worker serves it' },
  },
  'person-confirms': {
    meaning: 'The provider has it and reports to nobody how it ends.',
    advice: 'Look at its dashboard, then confirm it or say that it was not paid.',
    severity: 'usual',
    remedy: { command: 'resolve' },
  },
  'look-up-fails': {
    meaning: 'The provider’s look-up fails.',
    advice: 'Check the credentials and the network; looking up continues automatically.',
    severity: 'passing',
    remedy: { command: 'look up' },
    mayBeResent: true,
  },
  'unreadable-input': {
    meaning:
      'Somebody who reaches Temporal, and has no key, wrote a callback, an operator’s action or a call’s result for it.',
    advice: 'It had no effect. Find out who reaches Temporal, and close it to them.',
    severity: 'passing',
    remedy: { command: 'look up' },
  },
  'unreadable-start': {
    meaning:
      'Its request can’t be believed: it came through Temporal unencrypted or changed, or was encrypted for something else. This run sends nothing; one before it may have.',
    advice: 'Find out who wrote it. Terminate it; then your application may submit this withdrawalId.',
    severity: 'waiting',
    remedy: {
      command: 'temporal',
      when: 'once you know that no worker lacks the right key',
      line: 'workflow terminate --reason unreadable-start',
    },
  },
  'unreadable-state': {
    meaning:
      'What the run before it knew can’t be believed any more: a payout may be under way, and nobody follows it.',
    advice: 'Never pay it by hand. Reset it in Temporal to the run before it, which Outflow then looks up.',
    severity: 'contradictory',
    remedy: {
      command: 'temporal',
      when: 'once you have the id of the run before (in Temporal’s UI)',
      line: 'workflow reset --type LastWorkflowTask --reason unreadable-state --run-id …',
    },
  },
  'internal-fault': {
    meaning: 'Outflow hit a fault of its own and goes on.',
    advice: 'Report it with the workflow’s history.',
    severity: 'uncertain',
    remedy: { command: 'look up' },
  },
} as const satisfies Record<string, AttentionRow>;

export type Attention = keyof typeof attentions;

export function isAttention(value: unknown): value is Attention {
  return typeof value === 'string' && Object.hasOwn(attentions, value);
}

export function attentionRow(attention: Attention): AttentionRow {
  return attentions[attention];
}

/** Why a person is needed, and what to do, in one text. */
export function attentionText(attention: Attention): string {
  const { meaning, advice } = attentions[attention];
  return `${meaning} ${advice}`;
}

/** A number to compare severities by: the more severe, the greater. */
export function severity(attention: Attention): number {
  return severities.indexOf(attentions[attention].severity);
}
