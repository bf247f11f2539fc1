import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type proto from '@temporalio/proto';
import { unreadableReasons } from '../../contract/unreadable.js';
import { EncryptionCodec, UnreadableError } from '../../temporal/encryption/codec.js';
import { isKeyMissing } from '../../temporal/encryption/key-missing.js';
import { sealedWithIn } from '../../temporal/encryption/sealing.js';
import { isPayload } from '../keys/key-ids.js';

type Timestamp = proto.google.protobuf.ITimestamp;

/** What something that Temporal answers holds, decrypted. */
export interface Contents {
  /** What only the key shows, by where it stands: `input`, `result`, `failure.encodedAttributes`. */
  encrypted: Record<string, unknown>;
  /** All the rest, which everybody reads who reaches Temporal. */
  inClear: Record<string, unknown>;
}

/** In place of content that can't be shown. */
export interface NotRead {
  notRead: string;
}

export function isNotRead(value: unknown): value is NotRead {
  return typeof value === 'object' && value !== null && 'notRead' in value;
}

/**
 * Reads all payloads in it, wherever they stand: none is left out. One that belongs to none of these workflows may be about somebody else, and
 * isn't read.
 */
export async function contentsOf(temporal: Client, held: object, workflowIds: readonly string[]): Promise<Contents> {
  const encrypted: Record<string, unknown> = {};
  const inClear = await rest(held, []);
  return { encrypted, inClear: isFields(inClear) ? inClear : {} };

  /** What isn't encrypted, as plain JSON; what is, is put among the others. */
  async function rest(value: unknown, path: readonly string[]): Promise<unknown> {
    if (typeof value !== 'object' || value === null) return value ?? undefined;
    if (ArrayBuffer.isView(value)) return undefined; // tokens of Temporal's own
    const name = path.at(-1) ?? '';
    if (isPayload(value)) {
      if (path.includes('indexedFields')) return JSON.parse(Buffer.from(value.data ?? []).toString() || 'null');
      encrypted[path.join('.')] = await readPayload(temporal, value, workflowIds);
      return undefined;
    }
    if (isLong(value)) return value.toNumber();
    if ('seconds' in value) return timeOf(name, value as Timestamp);
    if (Array.isArray(value)) return restOfList(value, path);
    const fields = await Promise.all(
      Object.entries(value).map(async ([field, one]) => [field, await rest(one, [...path, field])] as const),
    );
    const shown = fields.filter(([, one]) => one !== undefined && one !== '');
    return shown.length === 0 ? undefined : Object.fromEntries(shown);
  }

  /** A list of one argument, which is the rule here, has no number. */
  async function restOfList(list: readonly unknown[], path: readonly string[]): Promise<unknown> {
    const at = path.at(-1) === 'payloads' ? path.slice(0, -1) : path;
    const rests = await Promise.all(
      list.map((one, index) => rest(one, list.length === 1 ? at : [...at, String(index + 1)])),
    );
    const shown = rests.filter((one) => one !== undefined);
    return shown.length === 0 ? undefined : shown;
  }
}

/** An integer of 64 bits, as protobufs have them. */
function isLong(value: object): value is { toNumber(): number } {
  return 'low' in value && 'high' in value && 'toNumber' in value;
}

function timeOf(name: string, time: Timestamp): string {
  const ms = tsToMs(time);
  return name.endsWith('Time') ? new Date(ms).toISOString() : `${ms / 1_000} s`;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readPayload(temporal: Client, payload: Payload, workflowIds: readonly string[]): Promise<unknown> {
  const { payloadCodecs, payloadConverter } = temporal.options.loadedDataConverter;
  const sealed = sealedWithIn(payload);
  if (sealed?.workflowId !== undefined && !workflowIds.includes(sealed.workflowId))
    return { notRead: unreadableReasons.misplaced };
  try {
    let plain = [payload];
    if (sealed !== undefined) for (const codec of payloadCodecs.toReversed()) plain = await codec.decode(plain);
    const [opened = payload] = plain;
    const value: unknown = payloadConverter.fromPayload(opened);
    const shown = value instanceof Uint8Array ? Buffer.from(value).toString('base64') : (value ?? null);
    // Written without the key, though there is one: before encryption was switched on, or by somebody whom nobody believes.
    return sealed === undefined && payloadCodecs.some((codec) => codec instanceof EncryptionCodec)
      ? { notEncrypted: shown }
      : shown;
  } catch (error) {
    if (isKeyMissing(error)) return { notRead: `the key ${sealed?.keyId ?? ''} is not here` };
    if (error instanceof UnreadableError) return { notRead: unreadableReasons[error.reason] };
    if (error instanceof Error && error.name === 'ValueError') return { notRead: 'it is in no form that is known' };
    throw error;
  }
}
