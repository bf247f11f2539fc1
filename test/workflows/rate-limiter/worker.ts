import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Provider } from '../../../providers/provider.js';
import { readSettings, withDevDefaults } from '../../../settings/index.js';
import { embeddedNamespace } from '../../../temporal/embedded/server.js';
import { startWorker } from '../../../worker/worker.js';
import { testEncryption } from '../../support/encryption.js';

/** What the process that runs this file is given, as JSON in its first argument. */
export interface RateLimiterWorkerOptions {
  /** `host:port` of Temporal. */
  temporal: string;
  /** CryptoCloud's origin. */
  origin: string;
  intervalMs: number;
  bundle: { codePath: string };
  /** A withdrawal: when it is to send that one, it kills itself with -9. Its slot has come, and no byte has left. */
  diesSending: string;
}

const { temporal, origin, intervalMs, bundle, diesSending } = JSON.parse(
  process.argv[2] ?? '',
) as RateLimiterWorkerOptions;

Runtime.install({ logger: new DefaultLogger('ERROR') });
const env = { CRYPTOCLOUD_BASE_URL: origin, CRYPTOCLOUD_MIN_INTERVAL: String(intervalMs / 1_000) };
const { cryptocloud } = readSettings(withDevDefaults(env), { role: 'worker' }).providers;
if (cryptocloud === undefined) throw new Error('CryptoCloud is not enabled');
const { create } = cryptocloud;
const write: Provider['create']['write'] = (request, now) => {
  if (request.withdrawalId === diesSending) process.kill(process.pid, 'SIGKILL');
  return create.write(request, now);
};

await startWorker({
  connection: await NativeConnection.connect({ address: temporal }),
  namespace: embeddedNamespace,
  providers: [{ ...cryptocloud, create: { ...create, write } }],
  confirmFinal: true,
  encryption: testEncryption,
  bundle,
});
console.log('up');
