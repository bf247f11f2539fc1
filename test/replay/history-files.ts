import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;
export type History = proto.temporal.api.history.v1.IHistory;
export type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;
/** An input, or a result. */
export type HistoryPayloads = proto.temporal.api.common.v1.IPayloads | null | undefined;

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
  const plain: object = History.toObject(History.fromObject(history), { enums: String, longs: String, bytes: String });
  const { events } = anonymous(JSON.parse(JSON.stringify(plain)) as Json) as { events: Json[] };
  const text = `{"events":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
  refuseTraces(path, text);
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
      if (name === 'encodedAttributes') return [name, withoutTrace(field)];
      return [name, isSticky && name === 'name' ? 'sticky' : anonymous(field)];
    }),
  );
}

/** A failure's message and stack trace stand in a payload, for whoever encrypts. */
function withoutTrace(payload: Json): Json {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return payload;
  const { data } = payload;
  if (typeof data !== 'string') return payload;
  const attributes = JSON.parse(Buffer.from(data, 'base64').toString('utf8')) as object;
  const without = JSON.stringify({ ...attributes, stack_trace: '' });
  return { ...payload, data: Buffer.from(without).toString('base64') };
}

/** Payloads are base64, so they are looked through as they were. */
function refuseTraces(path: string, text: string): void {
  const payloads = [...text.matchAll(/"data":"([^"]*)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString(),
  );
  const traces = [`@${hostname()}`, process.cwd(), 'node_modules', 'file://'];
  const found = traces.filter((trace) => [text, ...payloads].some((part) => part.includes(trace)));
  if (found.length > 0) throw new Error(`The history ${path} names the machine it was made on: ${found.join(', ')}`);
}
