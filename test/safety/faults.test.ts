import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

/** Not in this process: jest’s own realm is no place for another one’s time and randomness. */
test('the fault harness finds nothing in its fixed runs, repeats them byte for byte, and catches a planted bug', async () => {
  const command = ['--import', 'tsx', 'faults/main.ts', '--check', '--threads', '1'];
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(stdout).toContain('all well');
}, 300_000); // on a machine that is busy with others
