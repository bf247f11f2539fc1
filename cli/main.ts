#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { demoCommand } from './demo/command.js';
import { devCommand } from './processes/dev.js';
import { keysCommand } from './keys/command.js';
import { doctorCommand } from './operator/doctor/command.js';
import { suggest } from './suggest.js';
import { operatorCommands } from './operator/commands/index.js';
import { textOf } from './output/error-text.js';
import { exitLines, exitOf, setExit } from './output/exit-codes.js';
import { wrapped } from './output/text.js';
import { processCommands } from './processes/commands.js';

const program = new Command('outflow')
  .description('Pays crypto withdrawals through payment processors, and never pays twice.')
  .showHelpAfterError('--help lists the commands')
  .addHelpText('after', ['', 'Exit codes:', ...exitLines().flatMap((line) => wrapped(line, '     '))].join('\n'))
  .exitOverride();

const operating = [...operatorCommands(), doctorCommand(), keysCommand()];
for (const command of [devCommand(), demoCommand(), ...operating, ...processCommands()]) program.addCommand(command);
configure(program.commands);

// Commander's own suggestion knows slips of the hand only, not `retryNow` for `retry`.
program.on('command:*', ([word = '']: string[]) => {
  const suggestion = suggest(
    word,
    program.commands.map((command) => command.name()),
  );
  program.error(`error: unknown command '${word}'${suggestion === undefined ? '' : `: did you mean ${suggestion}?`}`);
});

// A reader that has read enough, such as `head`, is no failure; what we do goes on without it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  printError(error);
  setExit(exitOf(error));
}

/** Commander's settings are not handed down to commands that are added. */
function configure(commands: readonly Command[]): void {
  for (const command of commands) configure(command.exitOverride().showHelpAfterError().commands);
}

/** Commander has printed its own errors. */
function printError(error: unknown): void {
  if (!(error instanceof CommanderError)) process.stderr.write(`${textOf(error)}\n`);
}
