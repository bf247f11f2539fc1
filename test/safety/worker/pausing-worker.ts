import dns from 'node:dns';
import net from 'node:net';
import { NativeConnection, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { providerCalls } from '../../../activities/provider-calls.js';
import { readSettings, withDevDefaults } from '../../../settings/index.js';
import { embeddedNamespace } from '../../../temporal/embedded/server.js';
import { earlierRunFinder } from '../../../worker/earlier-runs.js';
import { slotRequester } from '../../../worker/rate-limiter.js';
import { capabilities } from '../../../domain/providers/index.js';
import { testConverter, testEncryption } from '../../support/encryption.js';
import { callQueue, slotQueue } from '../../../contract/ids.js';
import type { Arming, PausingWorkerOptions, Point } from './pausing.js';

const { temporal, provider: name, origin } = JSON.parse(process.argv[2] ?? '') as PausingWorkerOptions;

let armed: Arming | undefined;
let aheadMs = 0;
process.on('message', (arming: Arming) => {
  [armed, aheadMs] = [arming, 0];
  process.send?.('armed');
});

function stopAt(point: Point): void {
  if (armed?.point !== point) return;
  aheadMs = armed.laterMs;
  armed = undefined;
  process.kill(process.pid, 'SIGSTOP');
}

function now(): number {
  stopAt('before it begins');
  return Date.now() + aheadMs;
}

const { lookup } = dns;
dns.lookup = ((...args: Parameters<typeof lookup>) => {
  stopAt('while it asks for the address');
  return lookup(...args);
}) as typeof lookup;

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its socket below
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (this: net.Socket, ...args: Parameters<typeof connect>) {
  this.prependOnceListener('connect', () => stopAt('in the TLS handshake'));
  this.prependOnceListener('secureConnect', () => stopAt('before it writes'));
  const connecting = connect.apply(this, args);
  stopAt('while it connects');
  return connecting;
} as typeof connect;

Runtime.install({ logger: new DefaultLogger('ERROR') });
const env = { [`${name.toUpperCase()}_BASE_URL`]: origin, CRYPTOCLOUD_MIN_INTERVAL: '0.1' };
const provider = readSettings(withDevDefaults(env), { role: 'worker' }).providers[name];
if (provider === undefined) throw new Error(`${name} is not enabled`);
const connection = await NativeConnection.connect({ address: temporal });
const activities = providerCalls(provider, {
  now,
  confirmFinal: true,
  longestMs: () => Promise.resolve(24 * 3_600_000),
  acquireSlot: slotRequester(connection, embeddedNamespace, testEncryption),
  hasEarlierRun: earlierRunFinder(connection, embeddedNamespace),
});
const queues = [callQueue(name), ...(capabilities[name].hasRateLimit ? [slotQueue(name)] : [])];
const workers = await Promise.all(
  queues.map((taskQueue) => Worker.create({ connection, taskQueue, activities, ...testConverter('worker') })),
);
process.once('disconnect', () => process.exit()); // the test was killed
process.send?.('up');
await Promise.all(workers.map((worker) => worker.run()));
