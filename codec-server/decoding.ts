import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import type { CodecRole } from '../settings/codec/tokens.js';
import type { KeyRing } from '../settings/encryption-keys.js';
import { isKeyMissing } from '../temporal/encryption/key-missing.js';
import type { Opened } from '../temporal/encryption/sealing.js';
import { open } from '../temporal/encryption/sealing.js';
import { masked } from './masking/mask.js';
import { hidden } from './masking/masks.js';

/** Payloads as Temporal's UI and CLI send them to a remote codec: in protobuf's JSON, so that bytes are base64. Fields of later versions are kept. */
export const remotePayloads = z.object({
  payloads: z.array(
    z.looseObject({
      metadata: z.record(z.string(), z.string()).nullish(),
      data: z.string().nullish(),
    }),
  ),
});

export type RemotePayload = z.output<typeof remotePayloads>['payloads'][number];

/** What came of decoding some payloads, in their order. */
export interface Decoded {
  payloads: RemotePayload[];
  /** How many could be read; the others are left as they were. */
  read: number;
  /** The workflows that those which could be read belong to. */
  workflows: string[];
}

/** Decodes the payloads of one namespace, as far as this role may see them. Who may ask, others decide. */
export function decodePayloads(
  payloads: readonly RemotePayload[],
  { ring, namespace, role }: { ring: KeyRing; namespace: string; role: CodecRole },
): Decoded {
  const opened = payloads.map((payload) => openIn(namespace, payload, ring));
  const read = opened.flatMap((one) => (one?.ok === true ? [one] : []));
  const show = role === 'full' ? toRemote : maskedPayload;
  return {
    payloads: payloads.map((payload, index) => {
      const one = opened[index];
      return one?.ok === true ? show(one.payload) : payload;
    }),
    read: read.length,
    workflows: [...new Set(read.flatMap(({ sealedWith }) => sealedWith.workflowId ?? []))],
  };
}

/** Undefined where its key isn't here. */
function openIn(namespace: string, { metadata, data }: RemotePayload, ring: KeyRing): Opened | undefined {
  const payload: Payload = {
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, text]) => [name, bytesOf(text)])),
    data: bytesOf(data ?? ''),
  };
  try {
    return open(payload, { namespace, anywhere: true }, ring);
  } catch (error) {
    if (isKeyMissing(error)) return undefined;
    throw error;
  }
}

function maskedPayload(payload: Payload): RemotePayload {
  const encoding = payload.metadata?.['encoding'];
  const isJson = encoding !== undefined && Buffer.from(encoding).toString() === 'json/plain';
  if (!isJson && !payload.data?.length) return toRemote({ ...payload, metadata: encoding ? { encoding } : {} });
  const shown = isJson ? maskedJson(Buffer.from(payload.data ?? []).toString()) : hidden;
  return toRemote({ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(shown)) });
}

function maskedJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return hidden; // whatever it is, it is no message of ours
  }
  return masked(value);
}

function toRemote({ metadata, data }: Payload): RemotePayload {
  return {
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64Of(bytes)])),
    data: base64Of(data ?? Buffer.of()),
  };
}

function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
