/**
 * CryptoCloud's own twelve seconds, in real time (about two and a half minutes):
 *
 *     node --import tsx test/long/rate-limiter-12s.ts [withdrawals, default 8]
 *
 * A Temporal server with its own settings, the simulator's CryptoCloud with its own interval, and two worker processes, one of which
 * is killed with -9 between the turn of a withdrawal and its send. Prints when each create reached the provider and how long after
 * the one before. Exit code 1 if two came closer than twelve seconds, if one was refused, sent twice or not sent.
 * `test/workflows/rate-limiter/rate-limiter.test.ts` does the same with a shorter interval in every test run.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { GateStand } from '../workflows/rate-limiter/stand.js';

const INTERVAL_MS = 12_000;
const count = Number(process.argv[2] ?? 8);
const doomed = 'cc-1';

const folder = await mkdtemp(join(tmpdir(), 'outflow-gate-'));
const codePath = join(folder, 'bundle.js');
const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
await writeFile(codePath, (await bundleWorkflowCode({ workflowsPath })).code);
const stand = await GateStand.start({ intervalMs: INTERVAL_MS, bundle: { codePath } });
try {
  await Promise.all([1, 2].map(() => stand.startWorker({ diesSending: doomed })));
  const ids = await stand.submit(count);
  const patience = (count + 4) * 2 * INTERVAL_MS;
  const views = await Promise.all(ids.map((id) => stand.afterStatus(id, ['received', 'waiting', 'sending'], patience)));

  const arrivals = await stand.arrivals();
  const gaps = await stand.gaps();
  for (const [index, { withdrawalId, at, answered }] of arrivals.entries()) {
    const gap = index === 0 ? '' : `${((gaps[index - 1] ?? 0) / 1_000).toFixed(3)} s after the one before`;
    console.log(`${new Date(at).toISOString()}  ${withdrawalId}  ${answered ?? 'unanswered'}  ${gap}`);
  }
  for (const { withdrawalId, status, attention } of views)
    if (status !== 'processing') console.log(`${withdrawalId} is ${status}, ${attention ?? 'which needs nobody'}`);
  const sent = arrivals.map(({ withdrawalId }) => withdrawalId);
  const problems = [
    ...gaps.filter((gap) => gap < INTERVAL_MS).map((gap) => `two creates came ${gap} ms apart`),
    ...arrivals.filter(({ answered }) => answered !== 200).map(({ withdrawalId }) => `${withdrawalId} was refused`),
    ...ids
      .filter((id) => sent.filter((one) => one === id).length !== (id === doomed ? 0 : 1))
      .map((id) => `${id} was sent wrongly`),
    ...(stand.alive().length === 1 ? [] : ['no worker was killed']),
  ];
  console.log(`Closest: ${(Math.min(...gaps) / 1_000).toFixed(3)} s. ${problems.join('; ') || 'All is well.'}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await stand.stop();
  await rm(folder, { recursive: true, force: true });
}
