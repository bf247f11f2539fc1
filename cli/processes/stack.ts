import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { capabilities } from '../../domain/providers/index.js';
import type { Environment } from '../../settings/index.js';
import { isLoopback } from '../../providers/http/loopback.js';
import type { Provider } from '../../providers/provider.js';
import { readEncryption } from '../../settings/encryption.js';
import { readSettings, withOpenCodec, withoutPayoutKeys, withDevDefaults } from '../../settings/index.js';
import { connectTemporal } from '../../temporal/connection.js';
import { markAsTrials, markForTrials, prepareNamespace } from '../../temporal/namespace.js';
import { loopback, refusePortsInUse } from '../../temporal/embedded/ports.js';
import { embeddedNamespace, embeddedRetentionDays, untilTemporalReady } from '../../temporal/embedded/server.js';
import { findTemporal } from '../../temporal/embedded/temporal-cli.js';
import { temporalCommand } from '../../temporal/embedded/temporal-command.js';
import { durations } from '../../domain/timeouts/durations.js';
import { searchAttributeNames } from '../../contract/search-attributes.js';
import { privateFolder } from './child-log.js';
import { outflowCommand } from './outflow-command.js';
import { untilAnswers, untilPolling } from './readiness.js';
import type { ChildProcess, Supervisor, SupervisorEvent } from './supervisor.js';
import { supervise } from './supervisor.js';

export interface StackOptions {
  /** Where Temporal's data, the simulator's journal and the logs are kept. */
  folder: string;
  ports: StackPorts;
  env: Environment;
  /** Says what takes long, such as building Temporal. */
  onProgress: (message: string) => void;
  onEvent: (event: SupervisorEvent) => void;
}

export interface StackPorts {
  temporal: number;
  ui: number;
  bridge: number;
  codec: number;
  /** The worker's metrics. */
  metrics: number;
  /** The control port; the providers' follow it. */
  simulator: number;
}

export interface Stack {
  supervisor: Supervisor;
  /** `host:port` of Temporal. */
  temporal: string;
  namespace: string;
  /** Where to watch; absent where Temporal is not ours. */
  uiUrl?: string;
  bridge: string;
  /** The codec server's origin; absent where nothing is encrypted. */
  codec?: string;
  /** The simulator's control port, as an origin. */
  control: string;
  stop(): Promise<void>;
}

/** Starts Temporal (unless TEMPORAL_ADDRESS names one), the simulator, a worker, the bridge and, where there are keys, the codec server, and keeps them running. */
export async function startStack({ folder, ports, env, onProgress, onEvent }: StackOptions): Promise<Stack> {
  await privateFolder(folder);
  const given = env['TEMPORAL_ADDRESS'];
  const temporal = given ?? `${loopback}:${ports.temporal}`;
  const control = `http://${loopback}:${ports.simulator}`;
  const bridge = `http://${loopback}:${ports.bridge}`;
  await refusePortsInUse({
    ...(given === undefined && { 'Temporal’s port': ports.temporal, 'the port of Temporal’s UI': ports.ui }),
    'the bridge’s port': ports.bridge,
    'the codec server’s port': ports.codec,
    'the port of the worker’s metrics': ports.metrics,
    'the simulator’s control port': ports.simulator,
  });
  const childEnv = withDevDefaults({
    ...env,
    TEMPORAL_ADDRESS: temporal,
    ...(given === undefined && { TEMPORAL_NAMESPACE: embeddedNamespace }),
    OUTFLOW_BRIDGE_PORT: String(ports.bridge),
    OUTFLOW_SIMULATOR_PORT: String(ports.simulator),
    OUTFLOW_METRICS_PORT: String(ports.metrics),
  });
  const accounts = Object.values(readSettings(childEnv, { role: 'worker' }).providers);
  refuseRealMoney(accounts);
  const encryption = readEncryption(childEnv); // a mistake is said here and once, not in the log of each process
  const namespace = given === undefined ? embeddedNamespace : await claimedForTrials(given);
  const codec = encryption.isOn ? `http://${loopback}:${ports.codec}` : undefined;
  const providers = accounts.map(({ name }) => name);
  const children: ChildProcess[] = [
    {
      name: 'simulator',
      ...outflowCommand('simulator', '--journal', join(folder, 'simulator-journal.jsonl')),
      env: childEnv,
      ready: (signal) => untilAnswers(`${control}/ledger`, signal),
    },
    {
      name: 'bridge',
      ...outflowCommand('bridge'),
      env: withoutPayoutKeys(childEnv),
      after: given === undefined ? ['temporal'] : [],
      ready: (signal) => untilAnswers(`${bridge}/readyz`, signal),
    },
    {
      name: 'worker',
      graceSeconds: durations.worker.stop.ms / 1_000,
      ...outflowCommand('worker'),
      env: childEnv,
      after: given === undefined ? ['temporal'] : [],
      ready: (signal) =>
        untilPolling({ address: temporal, namespace }, () => supervisor.pid('worker'), providers, signal),
    },
  ];
  if (codec !== undefined) {
    // The UI goes by both names. Of a Temporal that is not ours, no UI is known.
    const origins = given === undefined ? [loopback, 'localhost'].map((host) => `http://${host}:${ports.ui}`) : [];
    children.push({
      name: 'codec',
      ...outflowCommand('codec'),
      env: withOpenCodec(withoutPayoutKeys(childEnv), { port: ports.codec, origins }),
      ready: (signal) => untilAnswers(`${codec}/readyz`, signal),
    });
  }
  if (given === undefined) children.unshift(await temporalChild({ folder, ports, codec, onProgress }));
  const supervisor = supervise(children, { logFolder: folder, onEvent });
  try {
    await supervisor.untilReady();
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return {
    supervisor,
    temporal,
    namespace,
    ...(given === undefined && { uiUrl: `http://${loopback}:${ports.ui}` }),
    bridge,
    ...(codec !== undefined && { codec }),
    control,
    stop: () => supervisor.stop(),
  };
}

/** What is tried out here must not pay anyone. */
function refuseRealMoney(accounts: readonly Provider[]): void {
  const real = accounts.filter(({ origin, sandbox }) => !sandbox && !isLoopback(origin));
  if (real.length === 0) return;
  const named = real.map(({ name, origin }) => `${capabilities[name].title} at ${origin}`).join(', ');
  throw new Error(
    `This is for trying Outflow out, and ${named} would pay real money. Leave that account's variables out to have the simulator ` +
      'instead; or, if it is the provider’s sandbox, say so with its *_SANDBOX=true. Real money needs `outflow worker` and ' +
      '`outflow bridge`: docs/going-live.md.',
  );
}

/** A Temporal that is not ours may hold real withdrawals, which a worker of a trial would confirm without paying them. */
async function claimedForTrials(address: string): Promise<string> {
  const { connection, namespace } = await connectTemporal({ address });
  try {
    await markForTrials(connection, namespace);
    await prepareNamespace(connection, namespace, { searchAttributes: searchAttributeNames });
    return namespace;
  } finally {
    await connection.close();
  }
}

async function temporalChild({
  folder,
  ports,
  codec,
  onProgress,
}: Pick<StackOptions, 'folder' | 'ports' | 'onProgress'> & { codec: string | undefined }): Promise<ChildProcess> {
  const executable = await findTemporal(onProgress);
  return {
    name: 'temporal',
    ...temporalCommand({
      executable,
      port: ports.temporal,
      uiPort: ports.ui,
      ...(codec !== undefined && { codec }),
      dataFile: join(folder, 'temporal.db'),
      searchAttributes: searchAttributeNames,
    }),
    ready: async (signal) => {
      const needs = { searchAttributes: searchAttributeNames, raiseRetentionToDays: embeddedRetentionDays };
      await untilTemporalReady(ports.temporal, needs, signal);
      if (!signal.aborted) await markedForTrials(`${loopback}:${ports.temporal}`);
    },
  };
}

/** So that `doctor` knows that the simulator stands in for what isn't set. */
async function markedForTrials(address: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await markAsTrials(connection, embeddedNamespace);
  } finally {
    await connection.close();
  }
}
