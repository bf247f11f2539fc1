/**
 * Many CryptoCloud withdrawals at once (1,000 take about three minutes):
 *
 *     node --import tsx test/long/burst.ts [withdrawals, default 1000] [worker processes, default 1]
 *
 * A Temporal server with its own settings, the simulator's CryptoCloud with its own twelve seconds, and workers in processes of their own. Prints how
 * long it took until each had its turn. Exit code 1 if one asked for a person, if one has no turn, if two have the same turn or turns
 * lie closer than they may, or if a create that came meanwhile was refused.
 * `test/workflows/rate-limiter/burst.test.ts` does the same with fewer in every test run.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { SLOT_MS } from '../../domain/rate-limiter.js';
import { GateStand } from '../workflows/rate-limiter/stand.js';

const INTERVAL_MS = 12_000;
const count = Number(process.argv[2] ?? 1_000);
const workers = Number(process.argv[3] ?? 1);

const folder = await mkdtemp(join(tmpdir(), 'outflow-burst-'));
const codePath = join(folder, 'bundle.js');
const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
await writeFile(codePath, (await bundleWorkflowCode({ workflowsPath })).code);
const stand = await GateStand.start({ intervalMs: INTERVAL_MS, bundle: { codePath } });
try {
  for (let started = 0; started < workers; started++) await stand.startWorker();
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1_000).toFixed(1)} s`;
  const ids = await stand.submit(count);
  console.log(`${count} submitted after ${seconds()}`);
  const views = await stand.allInLine(ids, 60_000 + count * 1_000);
  console.log(`each has its slot, or was sent, after ${seconds()}`);

  const { turns, attentions, missed } = stand.storyOf(views);
  const apart = turns.slice(1).map((turn, index) => turn - (turns[index] ?? 0));
  const arrivals = await stand.arrivals();
  console.log(`${turns.length} turns ahead, ${arrivals.length} creates came, ${missed} turns were missed`);
  const problems = [
    ...attentions.map((attention) => `a person was asked for: ${attention}`),
    ...apart.filter((gap) => gap < INTERVAL_MS + SLOT_MS).map((gap) => `two turns are ${gap} ms apart`),
    ...arrivals.filter(({ answered }) => answered !== 200).map(({ withdrawalId }) => `${withdrawalId} was refused`),
  ];
  console.log(problems.slice(0, 20).join('\n') || 'All is well.');
  if (problems.length > 20) console.log(`… ${problems.length} in all`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await stand.stop();
  await rm(folder, { recursive: true, force: true });
}
