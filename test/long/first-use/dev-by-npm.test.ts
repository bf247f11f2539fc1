import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { searchAttributeNames } from '../../../contract/search-attributes.js';
import { startEmbeddedTemporal } from '../../../temporal/embedded/server.js';
import { startThroughNpm, untilSaid } from '../../support/outflow-command.js';
import { isAlive } from '../../support/parent-process.js';
import { portVariables, testPorts } from '../../support/stack.js';

/** `checkout.test.ts` does the same with a command that only waits, and `demo.test.ts` interrupts a whole demo. */
it('outflow dev, run by npm, stops everything in its order when npm is ended by SIGTERM', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outflow-dev-'));
  const temporal = await startEmbeddedTemporal({ searchAttributes: searchAttributeNames });
  const running = startThroughNpm(['dev'], {
    OUTFLOW_DATA_DIR: folder,
    TEMPORAL_ADDRESS: temporal.address,
    ...portVariables(await testPorts()),
  });
  try {
    await untilSaid(running, /Submit a withdrawal/);
    const pids = [...running.said().matchAll(/ started, pid (\d+)/g)].map(([, pid]) => Number(pid));
    expect(pids.map(isAlive)).toEqual([true, true, true, true]); // Temporal is not its own here
    running.process.kill('SIGTERM');
    const { stderr } = await running.ended; // once the last one that holds its output is gone
    expect(stderr).toMatch(/Stopping …\n$/);
    expect(pids.filter(isAlive)).toEqual([]);
  } finally {
    if (running.process.exitCode === null) running.process.kill('SIGTERM');
    await temporal.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
