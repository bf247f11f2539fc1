import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Payload } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';
import proto from '@temporalio/proto';
import { isPayload } from '../../../client/keys/key-ids.js';
import { embeddedNamespace } from '../../../temporal/embedded/server.js';
import { open, seal, sealedWithIn } from '../../../temporal/encryption/sealing.js';
import { testKeyRing } from '../../support/encryption.js';

const { History } = proto.temporal.api.history.v1;
export type History = proto.temporal.api.history.v1.IHistory;
export type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;
/** An input, or a result. */
export type HistoryPayloads = proto.temporal.api.common.v1.IPayloads | null | undefined;

/** A payload of a recorded history as it was before it was encrypted. */
export function opened(payload: Payload): Payload {
  const found = open(payload, { namespace: embeddedNamespace, anywhere: true }, testKeyRing);
  if (!found.ok) throw new Error(`a recorded payload can’t be read: ${found.reason}`);
  return found.payload;
}

/** Drops the stack trace that a failure's encrypted attributes hold, wherever one stands. */
function dropEncryptedTraces(held: unknown): void {
  if (typeof held !== 'object' || held === null || ArrayBuffer.isView(held)) return;
  if ('encodedAttributes' in held && isEncrypted(held.encodedAttributes)) {
    const attributes = defaultPayloadConverter.fromPayload<object>(opened(held.encodedAttributes));
    const plain = defaultPayloadConverter.toPayload({ ...attributes, stack_trace: '' });
    const place = { namespace: embeddedNamespace, ...sealedWithIn(held.encodedAttributes) };
    held.encodedAttributes = seal(plain, place, testKeyRing.current);
  }
  Object.values(held).forEach(dropEncryptedTraces);
}

function isEncrypted(held: unknown): held is Payload {
  return typeof held === 'object' && held !== null && isPayload(held) && sealedWithIn(held) !== undefined;
}

/** A JSON value that is walked through. */
type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const folder = new URL('histories/', import.meta.url);

function fileOf(path: string): URL {
  return new URL(`${path}.json`, folder);
}

/** The paths of all recorded histories, without `.json`. */
export async function recordedPaths(): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();
}

export function readHistory(path: string): Promise<History> {
  return readHistoryFile(fileOf(path));
}

export async function readHistoryFile(file: URL): Promise<History> {
  return History.fromObject(JSON.parse(await readFile(file, 'utf8')) as object);
}

export async function forgetAll(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Writes it with an event on each line, in the form of protobufjs, and without what describes the machine it was made on. */
export async function writeHistory(path: string, history: History): Promise<number> {
  dropEncryptedTraces(history);
  const plain: object = History.toObject(History.fromObject(history), { enums: String, longs: String, bytes: String });
  const { events } = anonymous(JSON.parse(JSON.stringify(plain)) as Json) as { events: Json[] };
  const text = `{"events":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
  refuseTraces(path, text, history);
  const file = fileOf(path);
  await mkdir(new URL('./', file), { recursive: true });
  await writeFile(file, text);
  return text.length;
}

/** Stack traces hold paths; a build's id is that of the worker that recorded. */
const dropped = ['stackTrace', 'workerVersion', 'prevAutoResetPoints'];

/** `identity` and the names of sticky queues hold a process id and a host's name. Nothing of this matters to a replay. */
function anonymous(value: Json): Json {
  if (Array.isArray(value)) return value.map(anonymous);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => !dropped.includes(name));
  const isSticky = value['kind'] === 'TASK_QUEUE_KIND_STICKY';
  return Object.fromEntries(
    fields.map(([name, field]) => {
      if (name === 'identity') return [name, 'recorded'];
      return [name, isSticky && name === 'name' ? 'sticky' : anonymous(field)];
    }),
  );
}

/** Payloads are encrypted, so they are looked through as they were; search attributes never are. */
function refuseTraces(path: string, text: string, history: History): void {
  const inClear = [...text.matchAll(/"data":"([^"]*)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString(),
  );
  const payloads = [
    ...inClear,
    ...encryptedIn(history).map((payload) => Buffer.from(opened(payload).data ?? []).toString()),
  ];
  const traces = [`@${hostname()}`, process.cwd(), 'node_modules', 'file://'];
  const found = traces.filter((trace) => [text, ...payloads].some((part) => part.includes(trace)));
  if (found.length > 0) throw new Error(`The history ${path} names the machine it was made on: ${found.join(', ')}`);
}

/** Every encrypted payload in it. */
function encryptedIn(held: unknown): Payload[] {
  if (typeof held !== 'object' || held === null || ArrayBuffer.isView(held)) return [];
  if (isEncrypted(held)) return [held];
  return Object.values(held).flatMap(encryptedIn);
}
