#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { InvalidRequestError, WaitTimeoutError } from '../client/errors.js';
import { demoCommand } from './demo/command.js';
import { devCommand } from './dev.js';
import { doctorCommand } from './operator/doctor.js';
import { nearest } from './operator/near.js';
import { operatorCommands } from './operator/commands.js';
import { processCommands } from './processes.js';

/** Exit codes, for scripts: 0 all went well, 1 something failed, 2 the input was wrong, 3 not confirmed, 4 still waiting. */
const WRONG_INPUT = 2;
const STILL_WAITING = 4;

const program = new Command('outflow')
  .description('Pays crypto withdrawals through payment processors, and never pays twice.')
  .showHelpAfterError('--help lists the commands')
  .exitOverride();

for (const command of [devCommand(), demoCommand(), ...operatorCommands(), doctorCommand(), ...processCommands()])
  program.addCommand(command);
tellOurWay(program.commands);

// Commander's own suggestion knows slips of the hand only, not `retryNow` for `retry`.
program.on('command:*', ([word = '']: string[]) => {
  const near = nearest(
    word,
    program.commands.map((command) => command.name()),
  );
  program.error(`error: unknown command '${word}'${near === undefined ? '' : `: did you mean ${near}?`}`);
});

// A reader that has read enough, such as `head`, is no failure; what we do goes on without it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Commander's settings are not handed down to commands that are added. */
function tellOurWay(commands: readonly Command[]): void {
  for (const command of commands) tellOurWay(command.exitOverride().showHelpAfterError().commands);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_INPUT; // commander has told it
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof InvalidRequestError) return WRONG_INPUT;
  return error instanceof WaitTimeoutError ? STILL_WAITING : 1;
}
