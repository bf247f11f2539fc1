import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NotPossibleError } from '../../../client/index.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { providerNames } from '../../../domain/providers/index.js';
import { RawServer, selfSigned } from '../../workflows/activities/servers.js';
import { beside } from '../../support/beside.js';
import { built } from '../../support/built.js';
import { useDeployment } from '../../support/use-deployment.js';
import { root, until } from '../../support/parent-process.js';
import { requestTo } from '../../support/requests.js';
import type { Arming, PausingWorkerOptions, Point } from '../../safety/worker/pausing.js';
import { points } from '../../safety/worker/pausing.js';

jest.setTimeout(120_000);

const script = built('test/safety/worker/pausing-worker.ts');
/** Longer than any attempt may take to be written. */
const LATER_MS = 3 * 60_000;

const deployment = useDeployment({ simulator: 'none', worker: { serving: [] } });
const servers = {} as Record<ProviderName, RawServer>;
const workers = {} as Record<ProviderName, ChildProcess>;

beforeAll(async () => {
  const tls = await selfSigned();
  await Promise.all(
    providerNames.map(async (provider) => {
      servers[provider] = await RawServer.start({}, tls);
      const origin = `https://localhost:${servers[provider].port}`;
      const options: PausingWorkerOptions = { temporal: deployment.temporal.address, provider, origin };
      workers[provider] = fork(script, [JSON.stringify(options)], {
        cwd: root,
        env: { ...process.env, NODE_OPTIONS: '', NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' },
      });
      await once(workers[provider], 'message');
    }),
  );
}, 120_000);
afterAll(async () => {
  for (const worker of Object.values(workers)) worker.kill('SIGKILL');
  await Promise.all(Object.values(servers).map((server) => server.stop()));
}, 30_000);

async function isStopped({ pid }: ChildProcess): Promise<boolean> {
  return Promise.resolve(
    spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.startsWith('T'),
  );
}

/** What became of a withdrawal whose create was stopped there, and of what the provider got meanwhile. */
async function pausedAt(point: Point, provider: ProviderName) {
  const worker = workers[provider];
  const arming: Arming = { point, laterMs: LATER_MS };
  worker.send(arming);
  await once(worker, 'message');
  const withdrawalId = `${provider}-${points.indexOf(point)}`;

  await deployment.outflow.submit(requestTo[provider]({ withdrawalId }));
  await until('its process is stopped', () => isStopped(worker), 60_000);
  worker.kill('SIGCONT');

  const { error } = await deployment.when(withdrawalId, (view) => view.error !== undefined);
  await until('it can be cancelled', () => isCancelled(withdrawalId), 60_000);
  const { status } = await deployment.outflow.get(withdrawalId);
  return { error, received: servers[provider].bytes, status };
}

/** Refused while it is being sent, which is tried again and again: the worker's clock is ahead, so nothing is written. */
async function isCancelled(withdrawalId: string): Promise<boolean> {
  try {
    await deployment.outflow.cancel(withdrawalId, { by: 'test', reason: 'nothing was sent' });
    return true;
  } catch (error) {
    if (error instanceof NotPossibleError) return false;
    throw error;
  }
}

describe.each(points)('a worker process that is stopped in a create %s, and goes on three minutes later', (point) => {
  const ends = beside(() => Promise.all(providerNames.map((provider) => pausedAt(point, provider))));

  it.each(providerNames)(
    'writes nothing to %s any more: the attempt is over, and the withdrawal can be cancelled',
    async (provider) => {
      expect((await ends())[providerNames.indexOf(provider)]).toMatchObject({
        error: { certainty: 'not-sent' },
        received: '',
        status: 'cancelled',
      });
    },
  );
});
