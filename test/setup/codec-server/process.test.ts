import { expect, it } from '@jest/globals';
import getPort from 'get-port';
import { generateKey, parseKeys } from '../../../settings/encryption-keys.js';
import { fetched } from '../../support/callbacks.js';
import { noKeys } from '../../support/encryption.js';
import { outflow, startOutflow, untilSaid } from '../../support/outflow-command.js';
import { RunningStack } from '../../support/stack.js';
import { as, place, sealed, tokens, valuesIn } from './codec-servers.js';

const keys = generateKey('process');
const parsed = parseKeys(keys);

it('outflow codec decodes for its tokens, and keeps tokens, keys and content out of its log', async () => {
  if (!parsed.ok) throw new Error(parsed.problem);
  const port = await getPort({ host: '127.0.0.1' });
  const codec = startOutflow(['codec'], {
    OUTFLOW_ENCRYPTION_KEYS: keys,
    OUTFLOW_CODEC_TOKENS: `full:compliance:${tokens.full}`,
    OUTFLOW_CODEC_PORT: String(port),
    OUTFLOW_LOG_LEVEL: 'trace',
    TEMPORAL_NAMESPACE: place.namespace,
    CRYPTOPAY_API_KEY: 'key-that-pays',
  });
  try {
    await untilSaid(codec, /"msg":"listening"/);
    const { text } = await fetched(`http://127.0.0.1:${port}/decode`, {
      method: 'POST',
      headers: as('full'),
      body: JSON.stringify({ payloads: [sealed('Jane Doe', place, parsed.ring)] }),
    });
    expect(valuesIn(text)).toEqual(['Jane Doe']);
  } finally {
    codec.process.kill('SIGTERM');
  }
  const { code, stdout, stderr } = await codec.ended;
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toMatch(/"who":"compliance".*"workflows":\["withdrawal\/w-1"\]/);
  expect(stderr).toMatch(/"variables":\["CRYPTOPAY_API_KEY"\]/);
  for (const secret of [tokens.full, keys.slice(8), 'Jane', 'key-that-pays']) expect(stderr).not.toContain(secret);
});

it('outflow codec refuses to start without keys, or open to other machines, with one line for each mistake', async () => {
  const { code, stderr } = await outflow(['codec'], {
    ...noKeys,
    OUTFLOW_CODEC_OPEN: 'true',
    OUTFLOW_CODEC_HOST: '0.0.0.0',
  });
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/OUTFLOW_ENCRYPTION_KEYS: is missing/);
  expect(stderr).toMatch(/OUTFLOW_CODEC_OPEN: must be false unless/);
});

it('what dev starts has a codec server where there are keys', async () => {
  const stack = await RunningStack.start({ settings: { OUTFLOW_ENCRYPTION_KEYS: keys } });
  try {
    expect(stack.events.flatMap((event) => (event.type === 'started' ? [event.name] : []))).toContain('codec');
  } finally {
    await stack.stop();
  }
});
