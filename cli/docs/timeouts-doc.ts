import type { Duration } from '../../domain/timeouts/durations.js';
import { durations } from '../../domain/timeouts/durations.js';
import { inCode, table } from './markdown.js';

const titles: Record<keyof typeof durations, string> = {
  call: 'A call to a provider',
  earlierRun: 'Making sure of a first run',
  activity: 'The call as Temporal’s activity',
  send: 'An attempt to create a withdrawal',
  retention: 'What Temporal remembers',
  slot: 'Slots of the rate limiter',
  commit: 'The commit',
  lookUp: 'Look-ups',
  retry: 'Waits before the next attempt',
  reminder: 'Reminders',
  worker: 'Stopping a worker',
  bridge: 'The bridge',
  client: 'The client',
};

/** `docs/timeouts.md`: every duration that matters, made from the table that the code reads. */
export function timeoutsDoc(): string {
  return [
    '# Times',
    'How long each thing may take, and why. Made from `domain/timeouts/durations.ts` by `npm run docs`; a test fails when it is stale, and another one',
    'where two of them no longer fit each other. None is a setting: each is changed in that one file.',
    ...Object.entries<Record<string, Duration>>(durations).flatMap(([group, rows]) => [
      '',
      `## ${titles[group as keyof typeof durations]}`,
      '',
      table(
        ['name', 'time', 'what it bounds', 'why'],
        Object.entries(rows).map(([name, { ms, bounds, why }]) => [
          inCode(`${group}.${name}`),
          [ms].flat().map(inWords).join(', '),
          bounds,
          why,
        ]),
      ),
    ]),
    '',
    '## Elsewhere',
    '',
    'The length of a provider’s commit window, and the least time between two of its creates, are the provider’s own rules: they stand with it',
    '(`domain/providers/`, `providers/`). What only a command or the demo waits for, and nothing else rests on, stands where it is used (`cli/`,',
    '`temporal/embedded/`, `temporal/namespace.ts`).',
    '',
  ].join('\n');
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** `5400000` → `90 min`: in the largest unit that leaves a whole number. */
function inWords(ms: number): string {
  const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? ['ms', 1];
  return ms === 0 ? 'at once' : `${ms / size} ${unit}`;
}
