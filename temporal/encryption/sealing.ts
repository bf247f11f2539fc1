import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { UnreadableReason } from '../../contract/unreadable.js';
import type { EncryptionKey, KeyRing } from '../../settings/encryption-keys.js';
import { isKeyId } from '../../settings/encryption-keys.js';
import { keyMissing } from './key-missing.js';

/**
 * Format 1 of an encrypted payload, which must be readable for ever:
 *
 * - metadata, in clear: `encoding` binary/encrypted, `format` 1, `key` (its id), and the place it belongs to: `workflow` (id), `activity` (id,
 *   of an activity's input, result, heartbeat, failure or summary). A payload that the SDK gives no place has neither.
 * - data: 12 bytes nonce, ciphertext, 16 bytes tag: AES-256-GCM, a fresh random nonce for each payload. Authenticated with it, as netstrings
 *   (`7:outflow`, and `-` for what is absent): `outflow`, format, key id, namespace, workflow id, activity id.
 * - plaintext: one byte, 0 or 1 (compressed by raw deflate), and the payload as it was, metadata and data, as Temporal's protobuf message.
 *
 * Random nonces of 96 bits allow 2³² payloads a key (NIST SP 800-38D): some 200 million payouts, so rotate it once a year.
 */
const FORMAT = '1';
const ENCODING = 'binary/encrypted';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Compressing makes a payout's payloads no larger than they were in clear, at 0.2 ms; below this length it costs more than it saves. Of what is compressed, its length says a little of its content: only to somebody who may write part of a
 * payload as often as he likes beside a secret that he wants to guess, and nobody may here.
 */
const COMPRESSED_FROM_BYTES = 512;
/** As small as our payloads need: setting up zlib's usual one takes half of the time. */
const SMALL_WINDOW = { windowBits: 13, memLevel: 6 };
/** Far more than Temporal stores: what is longer was never one of ours. */
const LONGEST_BYTES = 64 * 1024 * 1024;

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/** Where a payload belongs: it can be read nowhere else. */
export interface Place {
  namespace: string;
  /** Absent: the SDK gave none, as of the failure of a workflow task. */
  workflowId?: string;
  /** The activity whose input, result, heartbeat, failure or summary it is. */
  activityId?: string;
}

/** What an encrypted payload says of itself in clear. It is true only once the payload could be opened. */
export interface SealedWith {
  keyId: string;
  workflowId?: string;
  activityId?: string;
}

export type Opened = { ok: true; payload: Payload; sealedWith: SealedWith } | { ok: false; reason: UnreadableReason };

/** One that this key has never had, but for a chance of 2⁻³³ after 2³² payloads. */
export function freshNonce(): Buffer {
  return randomBytes(NONCE_BYTES);
}

/** Encrypts a payload for one place. */
export function seal(payload: Payload, { namespace, workflowId, activityId }: Place, key: EncryptionKey): Payload {
  const message = PayloadMessage.encode(payload).finish();
  const isCompressed = message.length >= COMPRESSED_FROM_BYTES;
  const content = isCompressed ? deflateRawSync(message, SMALL_WINDOW) : message;
  const nonce = freshNonce();
  const cipher = createCipheriv('aes-256-gcm', key.secret, nonce);
  const sealedWith: SealedWith = {
    keyId: key.id,
    ...(workflowId !== undefined && { workflowId }),
    ...(activityId !== undefined && { activityId }),
  };
  cipher.setAAD(authenticated(sealedWith, namespace));
  const data = Buffer.concat([
    ...[nonce, cipher.update(Uint8Array.of(isCompressed ? 1 : 0)), cipher.update(content), cipher.final()],
    cipher.getAuthTag(),
  ]);
  return { metadata: metadataOf(sealedWith), data };
}

/**
 * Decrypts a payload that should belong to this place; a place of `anywhere` in this namespace takes the payload's own word for its workflow and
 * activity, which is authenticated.
 * @throws an error of type `KeyMissing` for one that is well formed and in its place, but whose key isn't in the ring: it can be read once the key is there
 */
export function open(payload: Payload, place: Place | { namespace: string; anywhere: true }, ring: KeyRing): Opened {
  const { data } = payload;
  if (textIn(payload, 'encoding') !== ENCODING) return { ok: false, reason: 'plaintext' };
  const format = textIn(payload, 'format');
  if (format !== FORMAT) return { ok: false, reason: format === undefined ? 'malformed' : 'unknown-format' };
  const sealedWith = sealedWithIn(payload);
  if (sealedWith === undefined || !data || data.length <= NONCE_BYTES + TAG_BYTES)
    return { ok: false, reason: 'malformed' };
  if (!('anywhere' in place) && !isOf(sealedWith, place)) return { ok: false, reason: 'misplaced' };
  const key = ring.byId.get(sealedWith.keyId);
  if (key === undefined) throw keyMissing(sealedWith.keyId);
  const content = decrypted(data, authenticated(sealedWith, place.namespace), key);
  if (content === undefined) return { ok: false, reason: 'tampered' };
  const original = unpacked(content);
  return original === undefined ? { ok: false, reason: 'malformed' } : { ok: true, payload: original, sealedWith };
}

/** What an encrypted payload says of itself; undefined if it isn't one. Not authenticated: for lists of keys that are still needed, not for beliefs. */
export function sealedWithIn(payload: Payload): SealedWith | undefined {
  const keyId = textIn(payload, 'key');
  if (textIn(payload, 'encoding') !== ENCODING || keyId === undefined || !isKeyId(keyId)) return undefined;
  const workflowId = textIn(payload, 'workflow');
  const activityId = textIn(payload, 'activity');
  return { keyId, ...(workflowId !== undefined && { workflowId }), ...(activityId !== undefined && { activityId }) };
}

function isOf(sealedWith: SealedWith, { workflowId, activityId }: Place): boolean {
  return sealedWith.workflowId === workflowId && sealedWith.activityId === activityId;
}

function metadataOf({ keyId, workflowId, activityId }: SealedWith): Record<string, Uint8Array> {
  return {
    encoding: Buffer.from(ENCODING),
    format: Buffer.from(FORMAT),
    key: Buffer.from(keyId),
    ...(workflowId !== undefined && { workflow: Buffer.from(workflowId) }),
    ...(activityId !== undefined && { activity: Buffer.from(activityId) }),
  };
}

/** No two places give the same bytes, since each part is led by its length. */
function authenticated({ keyId, workflowId, activityId }: SealedWith, namespace: string): Uint8Array {
  const parts = ['outflow', FORMAT, keyId, namespace, workflowId, activityId];
  return Buffer.from(parts.map((part) => (part === undefined ? '-' : `${Buffer.byteLength(part)}:${part}`)).join(''));
}

/** Undefined where the tag doesn't agree. */
function decrypted(data: Uint8Array, aad: Uint8Array, key: EncryptionKey): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key.secret, data.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(aad);
  decipher.setAuthTag(data.subarray(-TAG_BYTES));
  const content = decipher.update(data.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([content, decipher.final()]);
  } catch {
    return undefined; // all that `final` can say is that it doesn't authenticate
  }
}

/** The payload as it was; undefined where whoever had the key encrypted something else. */
function unpacked(content: Buffer): Payload | undefined {
  const [packing] = content;
  const message = content.subarray(1);
  try {
    if (packing !== 0 && packing !== 1) return undefined;
    const plain = packing === 1 ? inflateRawSync(message, { maxOutputLength: LONGEST_BYTES }) : message;
    const { metadata, data } = PayloadMessage.decode(plain);
    return { metadata, data };
  } catch {
    return undefined;
  }
}

function textIn({ metadata }: Payload, name: string): string | undefined {
  const bytes = metadata?.[name];
  return bytes ? Buffer.from(bytes).toString('utf8') : undefined;
}
