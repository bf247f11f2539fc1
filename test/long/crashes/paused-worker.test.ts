import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { NotPossibleError } from '../../../client/index.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { providerNames } from '../../../domain/providers/index.js';
import type { Arming, PausingWorkerOptions } from '../../safety/worker/pausing.js';
import { beside } from '../../support/beside.js';
import { built } from '../../support/built.js';
import { useDeployment } from '../../support/use-deployment.js';
import { root, until } from '../../support/parent-process.js';
import { requestTo } from '../../support/requests.js';

/**
 * In real time, about four minutes. `paused-worker-everywhere.test.ts` stops a worker at every point of a create,
 * with a faster clock.
 */
const LIMIT_MS = 10 * 60_000;
const notPaid = {
  by: 'test',
  reason: 'the provider knows nothing of it',
  evidence: 'its dashboard',
  outcome: 'notPaid',
} as const;
/** How long at least the create of a worker that doesn't report may still be written, s. */
const mayWriteSeconds = (provider: ProviderName) => (provider === 'cryptocloud' ? 15 : 120);

const deployment = useDeployment({ worker: { serving: [] } });
const workers: ChildProcess[] = [];
afterAll(() => {
  for (const worker of workers) worker.kill('SIGKILL');
});

async function startWorker(provider: ProviderName): Promise<ChildProcess> {
  const options: PausingWorkerOptions = {
    temporal: deployment.temporal.address,
    provider,
    origin: deployment.origins[provider],
  };
  const worker = fork(built('test/safety/worker/pausing-worker.ts'), [JSON.stringify(options)], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  workers.push(worker);
  await once(worker, 'message');
  return worker;
}

/** What became of a withdrawal whose worker was stopped before it began its create, and of what a person said meanwhile. */
async function paused(provider: ProviderName) {
  const worker = await startWorker(provider);
  const arming: Arming = { point: 'before it begins', laterMs: 0 };
  worker.send(arming);
  await once(worker, 'message');
  const withdrawalId = `paused-${provider}`;
  const submittedAt = Date.now();
  await deployment.outflow.submit(requestTo[provider]({ withdrawalId }));
  const isUnknown = async () => (await deployment.outflow.get(withdrawalId)).status === 'unknown';
  await until('it is unknown', isUnknown, LIMIT_MS);

  await startWorker(provider); // answers the look-ups
  const isTaken = async () => {
    const word = await deployment.outflow.resolve(withdrawalId, notPaid).catch((error: unknown) => {
      if (error instanceof NotPossibleError) return undefined; // it may still be sent
      throw error;
    });
    if (word?.resolved === true) return true;
    await sleep(2_000);
    return false;
  };
  await until('the word is taken', isTaken, LIMIT_MS);
  const takenAfterSeconds = (Date.now() - submittedAt) / 1_000;

  worker.kill('SIGCONT');
  await sleep(15_000);
  const { status } = await deployment.outflow.get(withdrawalId);
  const arrived = (await deployment.simulator.ledger()).filter((row) => row.provider === provider);
  return { status, arrived, takenAfterSeconds };
}

describe('a worker that is stopped with a create polled and not begun', () => {
  const ends = beside(() => Promise.all(providerNames.map(paused)));

  it.each(providerNames)(
    'keeps a resolution from being taken while it could still write to %s, and writes nothing when it goes on',
    async (provider) => {
      const end = (await ends())[providerNames.indexOf(provider)];
      expect(end).toMatchObject({ status: 'cancelled', arrived: [] });
      expect(end?.takenAfterSeconds).toBeGreaterThanOrEqual(mayWriteSeconds(provider));
    },
    LIMIT_MS,
  );
});
