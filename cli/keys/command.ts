import { Command } from 'commander';
import { newKeysCommand } from './new.js';

/** The keys that encrypt all that Temporal stores. */
export function keysCommand(): Command {
  return new Command('keys').description('the keys that encrypt all that Temporal stores').addCommand(newKeysCommand());
}
