import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListrDefaultRendererLogLevels } from 'listr2';
import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import { Outflow } from '../../client/index.js';
import { capabilities } from '../../domain/providers/index.js';
import { readEncryption } from '../../settings/encryption.js';
import type { Environment } from '../../settings/index.js';
import { readSettings, withoutAccountsElsewhere } from '../../settings/index.js';
import { connectClient, longestSendMs } from '../../temporal/connection.js';
import { withTrialKeys } from '../keys/trial-keys.js';
import { eventLine } from '../processes/dev.js';
import { freePorts } from './free-ports.js';
import { askedOf, feesOf, moneyOf, printJson, tableOf } from '../output/text.js';
import type { Stack } from '../processes/stack.js';
import { startStack } from '../processes/stack.js';
import { untilStopped } from '../processes/stopping.js';
import type { Played } from './play.js';
import { audit, play } from './play.js';
import type { Scenario } from './scenarios.js';
import { scenarios } from './scenarios.js';

/** A shell's exit code for Ctrl-C. */
const INTERRUPTED = 130;

export interface DemoOptions {
  json?: true;
  stay?: true;
}

/** Everything from nothing: starts all processes, pays the scenarios' withdrawals, and compares the ledger with what Outflow reports. */
export async function demo({ json, stay }: DemoOptions): Promise<void> {
  const began = Date.now();
  const given = withoutAccountsElsewhere(process.env);
  const { dataDir } = readSettings(given, { role: 'demo' });
  await mkdir(dataDir, { recursive: true });
  // Only the simulator pays, and its postbacks are to be believed.
  const env = await withTrialKeys({ CRYPTOCLOUD_POSTBACK: 'confirm', ...given });
  const folder = await mkdtemp(join(dataDir, 'demo-'));
  const stack = await started(folder, env);
  const stopped = untilStopped();
  const interrupted = new AbortController();
  let keepsLogs = true;
  let reasons: string[] = [];
  try {
    const outflow = await outflowOf(stack, env);
    const ending = stopped.then(() => interrupted.abort());
    const played = await Promise.race([performed(outflow, stack, interrupted.signal), ending]);
    await outflow.close();
    if (played === undefined) {
      keepsLogs = false;
      process.exitCode = INTERRUPTED;
      return;
    }
    reasons = reasonsOf(played);
    const isFine = reasons.length === 0;
    keepsLogs = !isFine;
    printReasons(reasons);
    if (json === true) for (const { view } of played) printJson(view);
    else console.log(summary(played, stack, Date.now() - began));
    if (!isFine) process.exitCode = 1;
    if (stay === true) {
      process.stderr.write(`Everything stays up: ${stack.uiUrl ?? stack.temporal}. Stop with Ctrl-C.\n`);
      await stopped;
    }
  } finally {
    await stack.stop();
    if (keepsLogs) process.stderr.write(`The logs are in ${folder}.\n`);
    else await rm(folder, { recursive: true, force: true });
    printReasons(reasons); // once more: of a log that is cut, one end is left
  }
}

async function outflowOf({ temporal, namespace }: Stack, env: Environment): Promise<Outflow> {
  const { client, connection } = await connectClient({ address: temporal, namespace }, readEncryption(env));
  return new Outflow(client, await longestSendMs(connection, namespace));
}

function reasonsOf(played: readonly Played[]): string[] {
  return played.flatMap(({ scenario, problems }) =>
    problems.map((problem) => `${scenario.request.withdrawalId}: ${problem}`),
  );
}

function printReasons(reasons: readonly string[]): void {
  for (const reason of reasons) process.stderr.write(`${reason}\n`);
}

/** Progress goes to stderr: stdout is for the result. */
const processOutput = new ProcessOutput(process.stderr, process.stderr);
const rendering = {
  registerSignalListeners: false, // Ctrl-C is ours: everything is stopped in order
  rendererOptions: { logger: new ListrLogger<ListrDefaultRendererLogLevels>({ processOutput }) },
  fallbackRendererOptions: { logger: new ListrLogger({ processOutput }) },
};

async function started(folder: string, env: Environment): Promise<Stack> {
  const ports = await freePorts({
    temporal: 7233,
    ui: 8233,
    bridge: 8090,
    codec: 8091,
    metrics: 9464,
    simulator: 4010,
  });
  const starting = new Listr<{ stack?: Stack }>(
    [
      {
        title: 'Starting Temporal, a worker, the bridge and the simulator',
        task: async (context, task) => {
          const pids: string[] = [];
          context.stack = await startStack({
            folder,
            ports,
            env,
            onProgress: (message) => (task.output = message),
            onEvent: (event) => {
              if (event.type === 'started') pids.push(`${event.name} ${event.pid}`);
              const isWorthSaying = context.stack !== undefined || event.type === 'exited';
              const line = eventLine(event);
              if (isWorthSaying && line !== undefined) process.stderr.write(`${line}\n`);
              else if (line !== undefined) task.output = line;
            },
          });
          task.title = `Started (pids: ${pids.join(', ')})`;
        },
      },
    ],
    rendering,
  );
  const { stack } = await starting.run({});
  if (stack === undefined) throw new Error('The processes did not start.');
  return stack;
}

async function performed(outflow: Outflow, { control }: Stack, signal: AbortSignal): Promise<Played[]> {
  const played: Played[] = [];
  const tasks = new Listr(
    scenarios(new Date()).map((scenario) => ({
      title: `${scenario.title}: ${scenario.request.withdrawalId}`,
      task: async (_context: unknown, task: { title: string }) => {
        const show = (status: string) => (task.title = `${lineOf(scenario)} ${status}`);
        const one = await play(scenario, { outflow, control, show, signal });
        task.title = `${lineOf(scenario)} ${one.view.status}, ${(one.tookMs / 1_000).toFixed(1)} s`;
        played.push(one);
      },
    })),
    { concurrent: true, ...rendering },
  );
  await tasks.run();
  const order = scenarios(new Date()).map(({ request }) => request.withdrawalId);
  const byOrder = (id: string) => order.indexOf(id);
  return audit(
    played.toSorted((a, b) => byOrder(a.view.withdrawalId) - byOrder(b.view.withdrawalId)),
    control,
  );
}

function lineOf({ title, request }: Scenario): string {
  return `${request.withdrawalId.padEnd(22)} ${title.padEnd(28)}`;
}

function summary(played: readonly Played[], { uiUrl, temporal }: Stack, tookMs: number): string {
  const rows = played.map(({ scenario, view, tookMs: ms, problems }) => [
    capabilities[view.provider].title,
    view.withdrawalId,
    scenario.title,
    askedOf(view),
    view.status,
    resultOf(view),
    `${(ms / 1_000).toFixed(1)} s`,
    problems.length === 0 ? 'yes' : 'NO',
  ]);
  const table = tableOf(
    ['provider', 'withdrawal', 'what it shows', 'asked', 'status', 'result', 'took', 'right'],
    rows,
    [null, null, null, null, null, 46],
  );
  const fine = played.filter(({ problems }) => problems.length === 0).length;
  return [
    table,
    fine === played.length
      ? `${fine} of ${fine} ended as they should, and the provider's ledger agrees.`
      : `Only ${fine} of ${played.length} ended as they should with a ledger that agrees.`,
    `${(tookMs / 1_000).toFixed(0)} s in all.`,
    `Watch them in Temporal's UI while it is up (--stay): ${uiUrl ?? temporal}`,
  ].join('\n');
}

function resultOf(view: Played['view']): string {
  if (view.error !== undefined) return view.error.message ?? view.error.type;
  const received = moneyOf(view.received);
  const fees = feesOf(view);
  const parts = [
    received && `received ${received}`,
    fees && `fee ${fees}`,
    view.txid && `tx ${view.txid.slice(0, 10)}…`,
  ];
  return parts.filter(Boolean).join(', ');
}
