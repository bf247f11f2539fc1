import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { operatorActionsDoc } from '../../cli/docs/operator-actions-doc.js';
import type { OperatorActionRow } from '../../cli/operator/actions/row.js';
import { operatorActions } from '../../cli/operator/actions/table.js';
import { operatorCommands } from '../../cli/operator/commands/index.js';
import { root } from '../support/parent-process.js';

it('docs/operator-actions.md is what the table says (else: npm run docs)', async () => {
  expect(await readFile(`${root}/docs/operator-actions.md`, 'utf8')).toBe(operatorActionsDoc());
});

describe('every operator’s action', () => {
  const rows = Object.entries<OperatorActionRow>(operatorActions);

  it.each(rows)('is the command `%s`, with the options, help and exit codes of its row', (name, row) => {
    const [first, second] = name.split(' ');
    const parent = operatorCommands().find((one) => one.name() === first);
    const command = second === undefined ? parent : parent?.commands.find((one) => one.name() === second);
    expect(command?.description()).toBe(row.description);
    const flags = command?.options.map((option) => option.flags);
    const own = (row.options ?? []).map((option) => option.flags);
    expect(flags).toEqual(expect.arrayContaining([...own, '--by <name>', '--reason <text>', '--json']));
  });
});
