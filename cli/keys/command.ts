import { Command } from 'commander';
import { keysUsage } from './usage.js';

/** What has to do with the encryption keys themselves. */
export function keysCommand(): Command {
  return new Command('keys').description('the keys that encrypt all that Temporal stores').addCommand(usageCommand());
}

function usageCommand(): Command {
  return new Command('usage')
    .description(
      'say which keys open withdrawals and remembered closed ones still need: what may be dropped in a rotation',
    )
    .option('--json', 'one JSON object per line')
    .action(keysUsage);
}
