import type { Certainty } from '../domain/failures.js';
import { failures } from '../domain/failures.js';
import { matrix, providerNames } from '../domain/matrix.js';
import type { FailureRow } from '../providers/failures.js';
import { generalFailures } from '../providers/failures.js';
import { registry } from '../providers/registry.js';

const money: Record<Certainty, string> = {
  'not-sent': 'Nothing left.',
  refused: 'Nothing was paid by this attempt.',
  unknown: '**Money may have moved.**',
};

/** `docs/failures.md`: what each error means for the money and what to do, made from the tables that the code goes by. */
export function failuresDoc(): string {
  return [
    '# Failures',
    'What happened, whether money may have moved, and what to do. Made from the code by `npm run docs`; a test fails when it is stale.',
    '',
    'A failure speaks for its own attempt only: while an earlier attempt is unknown, a refusal ends nothing. An error that is in no table',
    'is unknown. Of several errors in one answer the least certain counts.',
    '',
    '## What each type means',
    '',
    table(
      ['type', 'the money', 'tried again', 'what happened', 'what to do'],
      Object.entries(failures).map(([type, { certainty, retry, meaning, advice }]) => [
        `\`${type}\``,
        money[certainty],
        retry,
        meaning,
        advice,
      ]),
    ),
    '',
    '## At every provider',
    '',
    table(
      ['answer', 'type', 'note'],
      generalFailures.map(({ when, type, note }) => [when, `\`${type}\``, note]),
    ),
    ...providerNames.flatMap((name) => [
      '',
      `## ${matrix[name].title}`,
      '',
      table(
        ['call', 'HTTP', 'code', 'detail', 'field', 'type', 'the money', 'note'],
        registry[name].failures.map(rowOf),
      ),
    ]),
    '',
  ].join('\n');
}

function rowOf({ call, httpStatus, code = '', detail = '', fields = [], type, note }: FailureRow): string[] {
  const { certainty } = failures[type];
  return [
    call ?? 'any',
    httpStatus?.join(', ') ?? 'below 500',
    code,
    detail,
    fields.join(', '),
    `\`${type}\``,
    money[certainty],
    note,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
