import { attentions } from '../domain/attention.js';
import type { Certainty, FailureType, Retry } from '../domain/failures.js';
import { failures, kindOf } from '../domain/failures.js';
import { matrix, providerNames } from '../domain/matrix.js';
import type { FailureRow } from '../providers/failures.js';
import { generalFailures } from '../providers/failures.js';
import { registry } from '../providers/registry.js';

const money: Record<Certainty, string> = {
  'not-sent': 'Nothing left.',
  refused: 'Nothing was paid by this attempt.',
  unknown: '**Money may have moved.**',
};

const again: Record<Retry, string> = {
  never: 'no',
  soon: 'by itself, within seconds',
  after: 'by itself, when the provider says',
  'when-funded': 'by itself, until `sendBy`',
  'when-configured': 'by itself, until `sendBy`',
};

/** `docs/failures.md`: what each error means for the money and what to do, made from the tables that the code goes by. */
export function failuresDoc(): string {
  return [
    '# Failures',
    'What happened, whether money may have moved, and what to do. Made from the code by `npm run docs`; a test fails when it is stale.',
    '',
    'A failure speaks for its own attempt only: while an earlier attempt is unknown, a refusal ends nothing. An error that is in no table',
    'is unknown. Of several errors in one answer the least certain counts. A § is a section of the notes on the providers’ documents from',
    'which the tables were made.',
    '',
    '## What each type means',
    '',
    table(
      ['type', 'the money', 'tried again', 'what happened', 'what to do'],
      (Object.keys(failures) as FailureType[]).map((type) => {
        const { retry, meaning, advice } = kindOf(type);
        return [`\`${type}\``, moneyAfter(type), again[retry], meaning, advice];
      }),
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
      ...(matrix[name].hasLookUp
        ? []
        : [
            'It documents no look-up: where money may have moved, a person asks there and settles it (`outflow resolve`).',
            '',
          ]),
      table(
        ['call', 'HTTP', 'code', 'detail', 'field', 'type', 'the money', 'note'],
        registry[name].failures.map(rowOf),
      ),
    ]),
    '',
    '## When a person is needed',
    '',
    'What `WithdrawalAttention` says, in `outflow inbox`, `outflow get` and Temporal’s UI. `outflow resolve` settles what only a person can.',
    '',
    table(
      ['attention', 'what it means, and what to do'],
      Object.entries(attentions).map(([attention, meaning]) => [`\`${attention}\``, meaning]),
    ),
    '',
  ].join('\n');
}

function moneyAfter(type: FailureType): string {
  const { certainty, mayKeepRecord } = kindOf(type);
  return mayKeepRecord ? `${money[certainty]} A record may have been kept, so one look-up follows.` : money[certainty];
}

function rowOf({ call, httpStatus, code = '', detail = '', fields = [], type, note }: FailureRow): string[] {
  return [
    call ?? 'any',
    httpStatus?.join(', ') ?? 'below 500',
    code,
    detail,
    fields.join(', '),
    `\`${type}\``,
    moneyAfter(type),
    note,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
