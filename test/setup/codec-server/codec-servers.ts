import { randomBytes } from 'node:crypto';
import { afterEach } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import type { FastifyInstance } from 'fastify';
import type { CodecServerOptions } from '../../../codec-server/server.js';
import { createCodecServer } from '../../../codec-server/server.js';
import { generateKey, parseKeys } from '../../../settings/encryption-keys.js';
import type { KeyRing } from '../../../settings/encryption-keys.js';
import type { Place } from '../../../temporal/encryption/sealing.js';
import { seal } from '../../../temporal/encryption/sealing.js';
import { fetched } from '../../support/callbacks.js';
import type { LogLine } from '../../support/deployment.js';

export const uiOrigin = 'http://127.0.0.1:8233';
export const tokens = { masked: randomBytes(32).toString('hex'), full: randomBytes(32).toString('hex') };

export function newRing(id = 'test'): KeyRing {
  const parsed = parseKeys(generateKey(id));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ring;
}

export const ring = newRing();
export const place: Place = { namespace: 'payments', workflowId: 'withdrawal/w-1' };

/** A payload as Temporal's UI sends it. */
export function remote({ metadata, data }: Payload) {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const texts = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)]);
  return { metadata: Object.fromEntries(texts) as Record<string, string>, data: base64(data ?? Buffer.of()) };
}

export function sealed(value: unknown, at: Place = place, by: KeyRing = ring) {
  return remote(seal(defaultPayloadConverter.toPayload(value), at, by.current));
}

/** What the decoded payloads hold; undefined for one that was left encrypted. */
export function valuesIn(text: string): unknown[] {
  const { payloads } = JSON.parse(text) as { payloads: ReturnType<typeof remote>[] };
  return payloads.map(({ metadata, data }) =>
    Buffer.from(metadata['encoding'] ?? '', 'base64').toString() === 'json/plain'
      ? (JSON.parse(Buffer.from(data, 'base64').toString()) as unknown)
      : undefined,
  );
}

const listening: FastifyInstance[] = [];
afterEach(async () => {
  for (const server of listening.splice(0)) await server.close();
});

/** A codec server that listens until the end of the test. */
export async function codecServer(options: Partial<CodecServerOptions> = {}) {
  const log: LogLine[] = [];
  const server = await createCodecServer({
    ...{ ring, namespace: 'payments', origins: [uiOrigin], rate: 1_000 },
    access: {
      for: 'callers',
      tokens: [
        { role: 'masked', name: 'support', token: tokens.masked },
        { role: 'full', name: 'compliance', token: tokens.full },
      ],
    },
    log: (message, fields) => log.push({ message, fields }),
    ...options,
  });
  listening.push(server);
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  const decode = (payloads: unknown, headers: Record<string, string> = as('full'), path = '/decode') =>
    fetched(origin + path, {
      method: 'POST',
      body: typeof payloads === 'string' ? payloads : JSON.stringify({ payloads }),
      headers: { 'content-type': 'application/json', ...headers },
    });
  return { origin, log, decode };
}

export function as(role: keyof typeof tokens): Record<string, string> {
  return { authorization: `Bearer ${tokens[role]}` };
}
