import type { OperatorActionRow } from '../operator/actions/row.js';
import { operatorActions } from '../operator/actions/table.js';
import { exitsInShort } from '../output/exit-codes.js';
import { inCode, table } from './markdown.js';

/** `docs/operator-actions.md`: what an operator can do, made from the rows that the commands are made from. */
export function operatorActionsDoc(): string {
  return [
    '# What an operator can do',
    'Made from the code by `npm run docs`; a test fails when it is stale. `outflow inbox` and `outflow get` offer those that fit, with the whole',
    'command. Each takes `--by NAME` and `--reason TEXT`, which stay in the timeline, and `--json`.',
    '',
    table(
      ['command', 'what it does', 'what it prints', 'exit codes'],
      Object.entries<OperatorActionRow>(operatorActions).map(([name, row]) => [
        usageOf(name, row).map(inCode).join(' or '),
        row.description,
        row.prints,
        exitsInShort(row.exits),
      ]),
    ),
    '',
    ...Object.entries<OperatorActionRow>(operatorActions).flatMap(([name, { options = [] }]) =>
      options.length === 0
        ? []
        : [
            `Of ${inCode(`outflow ${name}`)}:`,
            '',
            table(
              ['option', 'what it holds', 'required'],
              options.map(({ flags, description, choices, requiredWith }) => [
                inCode(flags),
                choices === undefined ? description : `${description}: ${choices.map(inCode).join(' or ')}`,
                requiredWith === undefined ? 'always' : 'with certain others',
              ]),
            ),
            '',
          ],
    ),
  ].join('\n');
}

function usageOf(name: string, { on, toAll }: OperatorActionRow): string[] {
  const one = `outflow ${name} ${on === 'case' ? 'CASE-ID' : 'ID'}`;
  return toAll === undefined ? [one] : [one, `outflow ${name} --provider PROVIDER --attention ATTENTION`];
}
