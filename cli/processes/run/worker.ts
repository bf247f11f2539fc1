import { Runtime } from '@temporalio/worker';
import { readWorkerSettings } from '../../../settings/index.js';
import { connectWorker } from '../../../temporal/worker-connection.js';
import { startWorker } from '../../../worker/worker.js';
import { createLog } from '../log.js';
import { untilStopped } from '../stopping.js';
import { temporalLog } from '../temporal-log.js';
import { warnWhileOff } from './encryption-off.js';
import { warnOfOtherHashKey } from './other-hash-key.js';
import { titlesOf } from './titles.js';

/** The process that runs the workflows, and the calls to every enabled provider. */
export async function runWorker(): Promise<void> {
  const settings = readWorkerSettings(process.env);
  const log = createLog('worker', settings.logLevel);
  warnWhileOff(settings.encryption, log);
  Runtime.install({
    logger: temporalLog(log),
    shutdownSignals: [], // stopping is ours: it lets calls in flight finish
    telemetryOptions: {
      logging: { forward: {} }, // else core writes lines of its own to stdout
      metrics: { prometheus: { bindAddress: `${settings.metrics.host}:${settings.metrics.port}` } },
    },
  });
  const { connection, namespace } = await connectWorker();
  await warnOfOtherHashKey(connection, namespace, settings.encryption, log);
  const worker = await startWorker({
    connection,
    namespace,
    providers: Object.values(settings.providers),
    confirmFinal: settings.confirmFinal,
    encryption: settings.encryption,
    ...(settings.maxCachedWorkflows !== undefined && { maxCachedWorkflows: settings.maxCachedWorkflows }),
  });
  log.info({ providers: titlesOf(Object.values(settings.providers)) }, 'serving');
  await Promise.race([untilStopped(), worker.stopped]);
  log.info('stopping: calls in flight finish first');
  await worker.stop();
  await connection.close();
}
