import { Command } from 'commander';
import { Runtime } from '@temporalio/worker';
import { createBridge } from '../../bridge/bridge.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { capabilities } from '../../domain/providers/index.js';
import { readBridgeSettings, readSettings } from '../../settings/index.js';
import { startSimulator } from '../../simulator/index.js';
import { connectClient, connectWorker } from '../../temporal/connection.js';
import { startWorker } from '../../worker/worker.js';
import { createLog } from './log.js';
import { untilStopped } from './stopping.js';
import { temporalLog } from './temporal-log.js';

/** The processes of a deployment, each a command of its own. */
export function processCommands(): Command[] {
  return [
    new Command('worker').description('run the workflows, and the calls to every enabled provider').action(runWorker),
    new Command('bridge').description('take the providers’ callbacks over HTTP').action(runBridge),
    new Command('simulator')
      .description('run the four providers as local servers, with a ledger, an Owner and faults')
      .option('--books <file>', 'keep the books in this file, over restarts')
      .action(runSimulator),
  ];
}

async function runWorker(): Promise<void> {
  const settings = readSettings(process.env, { role: 'worker' });
  const log = createLog('worker', settings.logLevel);
  Runtime.install({
    logger: temporalLog(log),
    shutdownSignals: [], // stopping is ours: it lets calls in flight finish
    telemetryOptions: {
      logging: { forward: {} }, // else core writes lines of its own to stdout
      metrics: { prometheus: { bindAddress: `${settings.metrics.host}:${settings.metrics.port}` } },
    },
  });
  const { connection, namespace } = await connectWorker();
  const worker = await startWorker({
    connection,
    namespace,
    providers: Object.values(settings.providers),
    confirmFinal: settings.confirmFinal,
    ...(settings.maxCachedWorkflows !== undefined && { maxCachedWorkflows: settings.maxCachedWorkflows }),
  });
  log.info({ providers: titlesOf(Object.values(settings.providers)) }, 'serving');
  await Promise.race([untilStopped(), worker.stopped]);
  log.info('stopping: calls in flight finish first');
  await worker.stop();
  await connection.close();
}

async function runBridge(): Promise<void> {
  const settings = readBridgeSettings(process.env);
  const log = createLog('bridge', settings.logLevel);
  const receivers = Object.values(settings.receivers);
  const { misplaced } = settings;
  if (misplaced.length > 0) {
    log.warn(
      { variables: misplaced },
      `these hold keys that pay, which the bridge has no use for: take them out of its environment`,
    );
  }
  const { client, connection } = await connectClient();
  const bridge = createBridge({
    temporal: client,
    receivers,
    log: (message, fields) => log.info(fields, message),
  });
  await bridge.listen(settings.bridge);
  log.info({ providers: titlesOf(receivers), ...settings.bridge }, 'listening');
  await untilStopped();
  await bridge.close();
  await connection.close();
}

async function runSimulator({ books }: { books?: string }): Promise<void> {
  const settings = readSettings(process.env, { role: 'simulator' });
  const log = createLog('simulator', settings.logLevel);
  const { host, port: control, callbackOrigin } = settings.simulator;
  const simulator = await startSimulator({
    host,
    ports: {
      control,
      cryptoprocessing: control + 1,
      alphapo: control + 2,
      cryptopay: control + 3,
      cryptocloud: control + 4,
    },
    callbackOrigin,
    ...(books !== undefined && { journalFile: books }),
    log: (level, message, fields) => log[level](fields, message),
  });
  log.info({ control: simulator.control, ...simulator.origins }, 'listening');
  await untilStopped();
  await simulator.close();
}

function titlesOf(served: readonly { name: ProviderName }[]): string {
  const titles = served.map(({ name }) => capabilities[name].title);
  return titles.join(', ') || 'none: set a provider’s variables, see .env.example';
}
