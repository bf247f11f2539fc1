import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NativeConnection, WorkflowBundleOption } from '@temporalio/worker';
import { bundleWorkflowCode, Runtime, Worker } from '@temporalio/worker';
import type { ProviderCalls } from '../contract/activities.js';
import { providerCalls, runCalls } from '../activities/provider-calls.js';
import type { Provider } from '../providers/provider.js';
import { capabilities } from '../domain/providers/index.js';
import { durations } from '../domain/timeouts/durations.js';
import type { EncryptionSettings } from '../settings/encryption.js';
import { longestSendMs } from '../temporal/connection.js';
import { caseIds } from '../temporal/encryption/case-id.js';
import { converterOptions, failureConverterPath } from '../temporal/encryption/data-converter.js';
import { SendBound } from '../temporal/send-bound.js';
import { earlierRunFinder } from './earlier-runs.js';
import { slotRequester } from './rate-limiter.js';
import { refusingUnreadable } from './unreadable-input.js';
import { callQueue, slotQueue, workflowQueue } from '../contract/ids.js';

/** How many ask for their slots at once, in each process: the server lets a workflow have ten updates under way, and others wait in the queue. */
const ASKING_AT_ONCE = 3;

export interface WorkerOptions {
  connection: NativeConnection;
  namespace: string;
  /** The enabled providers: their calls are served; the workflows of all providers are. */
  providers: readonly Provider[];
  confirmFinal: boolean;
  encryption: EncryptionSettings;
  /** How many withdrawals are kept in memory between two events; the SDK's default if left out. */
  maxCachedWorkflows?: number;
  /** Made once by `workflowBundle`, where several workers share it. */
  bundle?: WorkflowBundleOption;
  now?: () => number;
}

export interface RunningWorker {
  /** Settles when the worker has stopped; rejects if it failed. */
  stopped: Promise<void>;
  /** Takes no new work, and lets calls in flight finish. */
  stop(): Promise<void>;
}

/** Runs the workflows, and the calls of every enabled provider, each on its own task queue. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { connection, namespace, providers, confirmFinal, encryption, maxCachedWorkflows, now = Date.now } = options;
  const acquireSlot = slotRequester(connection, namespace, encryption);
  const hasEarlierRun = earlierRunFinder(connection, namespace);
  const bound = SendBound.from(await longestSendMs(connection, namespace), connection, namespace, {
    now,
    onFailure: (error) => {
      Runtime.instance().logger.warn('retention could not be read again', { error: nameOf(error) });
    },
  });
  if (bound.known < durations.retention.least.ms) {
    throw new Error(
      `Namespace ${namespace} forgets closed withdrawals too soon to pay safely. Raise its retention, best to 30 days: ` +
        `temporal operator namespace update --namespace ${namespace} --retention 30d`,
    );
  }
  const shared = {
    ...{ connection, namespace, shutdownGraceTime: durations.worker.shutdown.ms },
    ...converterOptions(encryption, { namespace, reader: 'worker' }),
  };
  const workflows = await Worker.create({
    ...shared,
    taskQueue: workflowQueue,
    workflowBundle: options.bundle ?? (await workflowBundle()),
    activities: runCalls(caseIds(encryption), hasEarlierRun),
    enableNonLocalActivities: false, // no process but this one is asked
    ...(maxCachedWorkflows !== undefined && { maxCachedWorkflows }),
  });
  const calls = await Promise.all(
    providers.flatMap((provider) => {
      const activities = providerCalls(provider, {
        now,
        confirmFinal,
        longestMs: () => bound.current(),
        acquireSlot,
        hasEarlierRun,
      });
      const calling = { ...shared, interceptors: { activity: [() => ({ inbound: refusingUnreadable })] } };
      const serving = Worker.create({ ...calling, taskQueue: callQueue(provider.name), activities });
      if (!capabilities[provider.name].hasRateLimit) return [serving];
      const asking = { taskQueue: slotQueue(provider.name), maxConcurrentActivityTaskExecutions: ASKING_AT_ONCE };
      const askForSlot: ProviderCalls['acquireSlot'] = (order) => activities.acquireSlot(order);
      return [serving, Worker.create({ ...calling, ...asking, activities: { acquireSlot: askForSlot } })];
    }),
  );
  const workers = [workflows, ...calls];
  const runs = workers.map((worker) => worker.run());
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const stopped = Promise.all(runs).then(
    () => undefined,
    async (error: unknown) => {
      stop(); // one that fails takes the others along: a half-served process helps nobody
      await Promise.allSettled(runs);
      throw error;
    },
  );
  return {
    stopped,
    stop: async () => {
      stop();
      await stopped;
    },
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** The workflow code, bundled for Temporal's sandbox: the pre-built one beside the compiled code, else made now (a few seconds). */
export async function workflowBundle(): Promise<WorkflowBundleOption> {
  const prebuilt = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  if (existsSync(prebuilt)) return { codePath: prebuilt };
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const workflowsPath = fileURLToPath(new URL(`../workflows/index.${extension}`, import.meta.url));
  return bundleWorkflowCode({ workflowsPath, failureConverterPath, logger: Runtime.instance().logger });
}
