import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { searchAttributeNames } from '../../../contract/search-attributes.js';
import { startEmbeddedTemporal, type EmbeddedTemporal } from '../../../temporal/embedded/server.js';
import { withDevDefaults } from '../../../settings/index.js';
import { beside } from '../../support/beside.js';
import type { Ran } from '../../support/outflow-command.js';
import { outflow, startOutflow, untilSaid } from '../../support/outflow-command.js';
import { testPorts } from '../../support/stack.js';

/** Each line of stderr, which is a log line of ours. */
function logged({ stderr }: Ran): Record<string, unknown>[] {
  const lines = stderr.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const payoutKeys = { CRYPTOPAY_API_KEY: 'key-of-production', CRYPTOPAY_API_SECRET: 'secret-of-production' };
const withoutTemporal = { TEMPORAL_ADDRESS: '127.0.0.1:1', CRYPTOPAY_CALLBACK_SECRET: 'callback-secret' };
// Each looks for Temporal for ten seconds.
const bridgeWithKeys = beside(() => outflow(['bridge'], { ...withoutTemporal, ...payoutKeys }));
const bridgeWithoutKeys = beside(() =>
  outflow(['bridge'], { ...withoutTemporal, CRYPTOPAY_API_KEY: '', CRYPTOPAY_API_SECRET: '' }),
);
const withoutTemporalWorker = beside(async () => {
  const { metrics } = await testPorts();
  return outflow(['worker'], { TEMPORAL_ADDRESS: '127.0.0.1:1', OUTFLOW_METRICS_PORT: String(metrics) });
});

describe('a worker whose Temporal is killed', () => {
  let temporal: EmbeddedTemporal;
  let ran: Ran;
  beforeAll(async () => {
    temporal = await startEmbeddedTemporal({ searchAttributes: searchAttributeNames });
    const { metrics } = await testPorts();
    const env = withDevDefaults({ TEMPORAL_ADDRESS: temporal.address, OUTFLOW_METRICS_PORT: String(metrics) });
    const worker = startOutflow(['worker'], env as Record<string, string>);
    try {
      await untilSaid(worker, /"msg":"serving"/);
      process.kill(temporal.pid, 'SIGKILL');
      // Core tries again and again to reach the server, and says so.
      await untilSaid(worker, /retried \d+ times|gRPC call/);
    } finally {
      worker.process.kill('SIGTERM');
      setTimeout(() => worker.process.kill('SIGKILL'), 30_000).unref();
      ran = await worker.ended;
    }
  });
  afterAll(() => temporal.stop());

  it('writes nothing to stdout, neither its SDK’s core nor the bundler', () => {
    expect(ran.stdout).toBe('');
  });

  it('writes core’s lines into its own log, one JSON object per line like all others', () => {
    const core = logged(ran).filter(({ sdkComponent }) => sdkComponent === 'core');
    expect(core.map(({ name }) => name)).toContain('worker');
    expect(core.map(({ msg }) => String(msg)).join('\n')).toMatch(/gRPC call/);
  });
});

it('a worker that finds no Temporal says so on stderr, and nothing on stdout', async () => {
  const { code, stdout, stderr } = await withoutTemporalWorker();
  expect([code, stdout]).toEqual([7, '']);
  expect(stderr).toBe(
    'No Temporal server answers at 127.0.0.1:1. Start one with `outflow dev` (it does so only where TEMPORAL_ADDRESS is unset), or set TEMPORAL_ADDRESS to yours.\n',
  );
});

it('a bridge that is given keys that pay warns of it once, naming the variables and no value', async () => {
  const { stdout, stderr } = await bridgeWithKeys();
  expect(stdout).toBe('');
  const lines = stderr.split('\n').filter((line) => line.includes('CRYPTOPAY_'));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 40, variables: Object.keys(payoutKeys) },
  ]);
  expect(stderr).not.toMatch(/production|callback-secret/);

  const { stderr: quiet } = await bridgeWithoutKeys();
  expect(quiet).toMatch(/^No Temporal server answers/);
});
