/**
 * A worker that is stopped (SIGSTOP) with a create polled and not begun, at each provider, in real time (about four minutes):
 *
 *     node --import tsx test/long/paused-worker.ts
 *
 * While it is stopped, its call counts as unknown, a person says that it was not paid, and is believed as soon as nothing can be written any
 * more: the withdrawal ends cancelled. Then the worker goes on. Exit code 1 if the word was taken too early, or if a byte of a create
 * arrives. `test/safety/worker/paused-worker.test.ts` stops it at every point of a create, with a faster clock, in every test run.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { bundleWorkflowCode } from '@temporalio/worker';
import { Outflow } from '../../client/index.js';
import { providerNames } from '../../domain/providers/index.js';
import { startSimulator } from '../../simulator/index.js';
import { longestSendMs } from '../../temporal/connection.js';
import { embeddedNamespace, startEmbeddedTemporal } from '../../temporal/embedded/server.js';
import { startWorker } from '../../worker/worker.js';
import { searchAttributeNames } from '../../contract/search-attributes.js';
import { root } from '../support/parent-process.js';
import { requestTo } from '../support/requests.js';
import { SimulatorControl } from '../support/simulator-control.js';
import type { Arming, PausingWorkerOptions } from '../safety/worker/pausing.js';

Runtime.install({ logger: new DefaultLogger('ERROR') });
const script = fileURLToPath(new URL('../safety/worker/pausing-worker.ts', import.meta.url));
const act = {
  by: 'test',
  reason: 'the provider knows nothing of it',
  evidence: 'its dashboard',
  outcome: 'notPaid',
} as const;
const problems: string[] = [];

const folder = await mkdtemp(join(tmpdir(), 'outflow-paused-'));
const codePath = join(folder, 'bundle.js');
const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
await writeFile(codePath, (await bundleWorkflowCode({ workflowsPath })).code);
const temporal = await startEmbeddedTemporal({ searchAttributes: searchAttributeNames });
const ports = { control: 0, cryptoprocessing: 0, alphapo: 0, cryptopay: 0, cryptocloud: 0 };
const simulator = await startSimulator({ ports });
const control = new SimulatorControl(simulator.control);
const connection = await Connection.connect({ address: temporal.address });
const outflow = new Outflow(new Client({ connection }), await longestSendMs(connection, embeddedNamespace));
const native = await NativeConnection.connect({ address: temporal.address });
const options = {
  connection: native,
  namespace: embeddedNamespace,
  providers: [],
  confirmFinal: true,
  bundle: { codePath },
};
const workflows = await startWorker(options);

async function paused(provider: (typeof providerNames)[number]): Promise<void> {
  const told: PausingWorkerOptions = { temporal: temporal.address, provider, origin: simulator.origins[provider] };
  const start = async () => {
    const worker = fork(script, [JSON.stringify(told)], { cwd: root, execArgv: ['--import', 'tsx'] });
    await once(worker, 'message');
    return worker;
  };
  const worker = await start();
  const arming: Arming = { point: 'before it begins', laterMs: 0 };
  worker.send(arming);
  await once(worker, 'message');
  const withdrawalId = `paused-${provider}`;
  const submittedAt = Date.now();
  await outflow.submit(requestTo[provider]({ withdrawalId }));
  for (let view = await outflow.get(withdrawalId); view.status !== 'unknown'; view = await outflow.get(withdrawalId))
    await sleep(500);
  console.log(`${provider}: unknown after ${((Date.now() - submittedAt) / 1_000).toFixed(1)} s`);
  const other = await start(); // answers the look-ups
  for (;;) {
    const word = await outflow.resolve(withdrawalId, act).catch((error: unknown) => String(error));
    if (typeof word !== 'string' && word.resolved) break;
    await sleep(5_000);
  }
  const takenAfter = (Date.now() - submittedAt) / 1_000;
  console.log(`${provider}: taken as not paid after ${takenAfter.toFixed(1)} s`);
  const leastSeconds = provider === 'cryptocloud' ? 15 : 120;
  if (takenAfter < leastSeconds) problems.push(`${provider}: not paid was taken while it could still be written`);
  worker.kill('SIGCONT');
  await sleep(15_000);
  const { status } = await outflow.get(withdrawalId);
  const arrived = (await control.ledger()).filter((row) => row.provider === provider);
  console.log(`${provider}: the worker went on; ${status}, ${arrived.length} payouts at the provider`);
  if (status !== 'cancelled' || arrived.length > 0)
    problems.push(`${provider}: ${status} with ${arrived.length} payouts`);
  worker.kill('SIGKILL');
  other.kill('SIGKILL');
}

try {
  await Promise.all(providerNames.map(paused));
  console.log(problems.join('; ') || 'All is well.');
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await workflows.stop();
  await simulator.close();
  await connection.close();
  await native.close();
  await temporal.stop();
  await rm(folder, { recursive: true, force: true });
}
