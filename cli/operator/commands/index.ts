import { Command } from 'commander';
import { actionCommand } from '../actions/command.js';
import type { OperatorActionRow } from '../actions/row.js';
import { operatorActions } from '../actions/table.js';
import { readCommands, showCaseCommand } from './read.js';
import { submitCommand } from './submit.js';

/** What an operator, or a script of theirs, does with withdrawals and cases. */
export function operatorCommands(): Command[] {
  const caseCommand = new Command('case')
    .description('look at, or close, a case: a verified callback that no withdrawal could take')
    .addCommand(showCaseCommand());
  const rows = Object.entries<OperatorActionRow>(operatorActions);
  for (const [name, row] of rows)
    if (row.on === 'case') caseCommand.addCommand(actionCommand(name.replace('case ', ''), row));
  const actions = rows.filter(([, { on }]) => on === 'withdrawal').map(([name, row]) => actionCommand(name, row));
  return [submitCommand(), ...readCommands(), caseCommand, ...actions];
}
