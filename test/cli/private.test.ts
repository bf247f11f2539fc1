import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { faultOf } from '../../cli/output/fault.js';
import { built } from '../support/built.js';
import { startOutflow } from '../support/outflow-command.js';
import { until } from '../support/parent-process.js';

const canary = 'Ana-Canary';

it('what an operator says on the command line stands in no list of processes once the command runs', async () => {
  const said = ['--by', canary, '--reason', canary];
  // It looks for Temporal for ten seconds.
  const command = startOutflow(['cancel', 'w-1', ...said], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const listed = () =>
    spawnSync('ps', ['-o', 'args=', '-p', String(command.process.pid)], { encoding: 'utf8' }).stdout.trim();
  try {
    await until('it has its title', () => listed() === 'outflow cancel');
  } finally {
    command.process.kill('SIGKILL');
    await command.ended;
  }
});

it('a fault that nobody caught is shown by its name and where it arose, without a word of it, and ends with 1', () => {
  // Nothing can be written there.
  const script = `'${process.execPath}' '${built('cli/main.ts')}' --help >/dev/full`;
  const { status, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  expect([status, stderr.split('\n')[0]]).toEqual([1, 'outflow ended by a fault: Error (ENOSPC)']);
  expect(stderr).not.toMatch(/no space/);
});

it('a fault is said without its message, of however many lines, without its fields, and with its frames', () => {
  const error = Object.assign(new SyntaxError(`Unexpected token\n  ${canary}\n    at ${canary} (file.ts:1:1)`), {
    details: canary,
  });
  const fault = faultOf(error);
  expect(fault).toMatchObject({
    name: 'SyntaxError',
    at: expect.arrayContaining([expect.stringContaining('private.test')]),
  });
  expect(JSON.stringify(fault)).not.toContain(canary);
});
