import { caseReasons } from '../../client/inbox/case-reasons.js';
import type { Attention } from '../../domain/attention.js';
import { temporalCommandLine } from '../operator/actions/command-line.js';
import { attentionRow, attentions, severity } from '../../domain/attention.js';
import type { Certainty, FailureType, Retry } from '../../domain/failures.js';
import { failures, kindOf, waitsFor } from '../../domain/failures.js';
import { isUnpaidWord, statuses, statusRows } from '../../domain/withdrawal/lifecycle.js';
import { capabilities, providerNames } from '../../domain/providers/index.js';
import type { FailureRow } from '../../providers/failures.js';
import { generalFailures } from '../../providers/failures.js';
import { registry } from '../../providers/registry.js';
import { inCode, table } from './markdown.js';

const money: Record<Certainty, string> = {
  'not-sent': 'Nothing left.',
  refused: 'Nothing was paid by this attempt.',
  unknown: '**Money may have moved.**',
};

const again: Record<Retry, string> = {
  never: 'no',
  'next-attempt': 'automatically, as a new attempt, until `sendBy`',
  soon: 'automatically, within seconds',
  after: 'automatically, when the provider says',
  'when-funded': 'automatically, until `sendBy`',
  'when-configured': 'automatically, until `sendBy`',
};

/** What `error.type` says of a withdrawal that has ended, beside the types of failures: words about its fate, not about a call. */
const endings: readonly { type: string; meaning: string }[] = [
  ...statuses.filter(isUnpaidWord).map((status) => statusRows[status].error),
  {
    type: 'NotPaid',
    meaning:
      'A person settled it with evidence that nothing was paid (`outflow resolve --outcome not-paid`), so it ended `cancelled`. `message` is their reason; who, when and the evidence are in the timeline.',
  },
];

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
      ['type', 'the money', 'tried again', 'what happened', 'what to do', 'meanwhile it waits for', 'attention'],
      (Object.keys(failures) as FailureType[]).map((type) => {
        const { retry, meaning, advice } = kindOf(type);
        return [
          inCode(type),
          moneyAfter(type),
          again[retry],
          meaning,
          advice,
          waitsFor(type) ?? '',
          attentionAfter(type),
        ];
      }),
    ),
    '',
    'The `error` of a withdrawal that has ended may also have one of these types, of certainty `refused` unless it says otherwise:',
    '',
    ...endings.map(({ type, meaning }) => `- ${inCode(type)}: ${meaning}`),
    '',
    '## At every provider',
    '',
    table(
      ['answer', 'type', 'note'],
      generalFailures.map(({ when, type, note }) => [when, inCode(type), note]),
    ),
    ...providerNames.flatMap((name) => [
      '',
      `## ${capabilities[name].title}`,
      '',
      ...(capabilities[name].hasLookUp
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
    'What `WithdrawalAttention` says, in `outflow inbox`, `outflow get` and Temporal’s UI, the most severe first. `outflow resolve` settles what only a person can; before it is',
    'sent, each can also be given up with `outflow cancel`.',
    '',
    table(
      ['attention', 'severity', 'what it means', 'what to do', 'command'],
      (Object.keys(attentions) as Attention[])
        .sort((a, b) => severity(b) - severity(a))
        .map((attention) => {
          const { severity, meaning, advice } = attentionRow(attention);
          return [inCode(attention), severity, meaning, advice, commandFor(attention)];
        }),
    ),
    '',
    '## Cases',
    '',
    'A case is a verified callback that no open withdrawal can take. A final state never changes, so it is not applied to any: it is',
    'kept for a person, and the same content twice is one case. `outflow inbox` lists the open ones; `outflow case show ID` shows what it says of',
    'the money, how the withdrawal stands, and what to do. It stays until you close it: `outflow case close ID --by YOU --reason WHAT-YOU-FOUND`.',
    'Closing moves no money and changes no withdrawal.',
    '',
    ...Object.entries(caseReasons).map(
      ([reason, { meaning, whatToDo }]) =>
        `- **${reason}**: ${meaning}. ${whatToDo('the provider', 'at the provider')}`,
    ),
    '',
  ].join('\n');
}

function moneyAfter(type: FailureType): string {
  const { certainty, mayKeepRecord } = kindOf(type);
  return mayKeepRecord ? `${money[certainty]} A record may have been kept, so one look-up follows.` : money[certainty];
}

function attentionAfter(type: FailureType): string {
  const kind = kindOf(type);
  if (kind.retry === 'never') return '';
  const { attention, attentionAfter: limit } = kind;
  if (limit === undefined) return inCode(attention);
  return `${inCode(attention)}, after ${'tries' in limit ? `${limit.tries} times` : `${limit.ms / 60_000} minutes`}`;
}

/** The command that deals with it. */
function commandFor(attention: Attention): string {
  const { remedy } = attentionRow(attention);
  switch (remedy?.command) {
    case 'retry':
      return `\`outflow retry\`, ${remedy.when}`;
    case 'look up':
      return '`outflow retry`: it is looked up at once';
    case 'resolve':
      return '`outflow resolve`';
    case 'temporal':
      return `\`${temporalCommandLine(remedy.line, 'withdrawal/ID')}\`, ${remedy.when}`;
    case undefined:
      return '';
  }
}

function rowOf({ call, httpStatus, code = '', detail = '', fields = [], type, note }: FailureRow): string[] {
  return [
    call ?? 'any',
    httpStatus?.join(', ') ?? 'below 500',
    code,
    detail,
    fields.join(', '),
    inCode(type),
    moneyAfter(type),
    note,
  ];
}
