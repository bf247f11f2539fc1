import { Command } from 'commander';
import { newKeysCommand } from './new.js';
import { keysUsage } from './usage.js';

/** The keys that encrypt all that Temporal stores. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('the keys that encrypt all that Temporal stores')
    .addCommand(newKeysCommand())
    .addCommand(usageCommand());
}

function usageCommand(): Command {
  return new Command('usage')
    .description(
      'say which keys open withdrawals and remembered closed ones still need: what may be dropped in a rotation',
    )
    .option('--json', 'one JSON object per line')
    .action(keysUsage);
}
