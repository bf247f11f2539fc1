import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { DataConverter, Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type { Reader } from '../../../../temporal/encryption/codec.js';
import { EncryptionCodec } from '../../../../temporal/encryption/codec.js';
import { failureConverterPath } from '../../../../temporal/encryption/data-converter.js';
import { embeddedNamespace } from '../../../../temporal/embedded/server.js';
import { EncryptedStand, ringOf } from './encrypted-stand.js';

/** One payload that the SDK had encoded or decoded, in clear, and the place that it named. */
interface Asked {
  reader: Reader;
  what: 'encode' | 'decode';
  text: string;
  context: SerializationContext | undefined;
}

const asked: Asked[] = [];

/** Encrypts, and notes what it was asked. */
class Noting implements PayloadCodec {
  private readonly codec: EncryptionCodec;
  constructor(private readonly reader: Reader) {
    this.codec = new EncryptionCodec({ ring: ringOf('k1'), namespace: embeddedNamespace, reader });
  }

  encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    this.note('encode', payloads, context);
    return this.codec.encode(payloads, context);
  }

  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const decoded = await this.codec.decode(payloads, context);
    this.note('decode', decoded, context);
    return decoded;
  }

  private note(what: Asked['what'], payloads: Payload[], context: SerializationContext | undefined): void {
    const texts = payloads.map(({ data }) => Buffer.from(data ?? []).toString());
    asked.push(...texts.map((text) => ({ reader: this.reader, what, text, context })));
  }
}

const noting = (reader: Reader): DataConverter => ({ payloadCodecs: [new Noting(reader)], failureConverterPath });

const workflowId = 'every/path';
let stand: EncryptedStand;
let handle: WorkflowHandle;
let result: unknown;

beforeAll(async () => {
  stand = await EncryptedStand.start();
  await stand.work('every-path', noting('worker'));
  const { workflow } = stand.client(noting('client'));
  handle = await workflow.start('everyPath', {
    workflowId,
    taskQueue: 'every-path',
    args: ['secret-input'],
    memo: { given: 'secret-memo' },
    staticSummary: 'secret-summary',
    staticDetails: 'secret-details',
  });
}, 120_000);
afterAll(() => stand.stop());

/** Every text in all events of a history, and of the children that it started. */
async function storedOf(id: string): Promise<string> {
  const { workflow } = stand.client();
  const { events } = await workflow.getHandle(id).fetchHistory();
  const children = (events ?? []).flatMap(
    ({ childWorkflowExecutionStartedEventAttributes: started }) => started?.workflowExecution?.workflowId ?? [],
  );
  const described = await stand.connection.workflowService.describeWorkflowExecution({
    namespace: embeddedNamespace,
    execution: { workflowId: id },
  });
  return [...(await Promise.all(children.map(storedOf))), readable(events), readable(described)].join('\n');
}

/** All that anyone reads in it who has no key. */
function readable(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(readable).join('\n');
}

describe('everything that goes through Temporal, encrypted', () => {
  it('comes out on the other side as it went in', async () => {
    await handle.signal('note', 'secret-signal');
    expect(await handle.executeUpdate('noteUpdate', { args: ['secret-update'] })).toBe('answer to secret-update');
    await expect(handle.executeUpdate('refusedUpdate', { args: ['secret-refused'] })).rejects.toMatchObject({
      cause: { message: 'secret-refusal secret-refused', type: 'Refused', details: ['secret-refused'] },
    });
    await expect(handle.executeUpdate('failedUpdate', { args: ['secret-failed'] })).rejects.toMatchObject({
      cause: { message: 'secret-failure secret-failed', type: 'Failed', details: ['secret-failed'] },
    });
    expect(await handle.query('notes', 'secret-query')).toEqual(expect.arrayContaining(['secret-query']));
    expect(await handle.query('__stack_trace')).toEqual(expect.any(String));
    expect(await handle.query('__temporal_workflow_metadata')).toMatchObject({
      currentDetails: 'secret-current-details',
    });
    await handle.signal('note', 'secret-end');
    result = await handle.result();
    const failed = (message: string) =>
      expect.objectContaining({ message, details: [message.slice('failed with '.length)] });
    expect(result).toEqual(
      expect.arrayContaining([
        ...['secret-input', { given: 'secret-memo' }, 'secret-signal', { echoed: 'secret-activity-input' }],
        failed('failed with secret-activity-failure'),
        { heartbeatDetails: 'secret-heartbeat' },
        { timeout: 'HEARTBEAT', lastHeartbeat: 'secret-last-heartbeat' },
        { echoed: 'secret-local-input' },
        failed('failed with secret-local-failure'),
        { input: 'secret-child-input' },
        failed('failed with secret-child-failure'),
        { input: 'secret-waiting-child', signalled: 'secret-child-signal' },
        { input: 'secret-external', signalled: 'secret-external-signal' },
      ]),
    );
    const description = await handle.describe();
    expect(description.memo).toEqual({ given: 'secret-memo', later: 'secret-upserted-memo' });
    expect(await description.staticSummary()).toBe('secret-summary');
    expect(await description.staticDetails()).toBe('secret-details');
  });

  it('stands nowhere in clear in what the server holds', async () => {
    const stored = await storedOf(workflowId);
    expect(stored).toContain(workflowId);
    expect(stored).toContain('Encoded failure');
    expect(stored).not.toMatch(/secret/);
  });

  it('replays: the SDK decodes for a replay, too', async () => {
    const options = { workflowBundle: stand.bundle, dataConverter: noting('replay') };
    await Worker.runReplayHistory(options, await handle.fetchHistory(), workflowId);
    expect(asked.filter(({ reader, what }) => reader === 'replay' && what === 'decode').length).toBeGreaterThan(10);
  });
});

// If one of these fails after an upgrade, the SDK no longer says on that path where a payload belongs: it could then be moved there unnoticed.
describe('the place that the SDK names for a payload (pinned: it is an experimental feature)', () => {
  const own = { type: 'workflow', namespace: embeddedNamespace, workflowId };
  const activity = (activityId: string, isLocal = false) => ({ ...own, type: 'activity', activityId, isLocal });

  it.each<[string, RegExp, object]>([
    ['a start, on both sides', /^"secret-input"/, own],
    ['a memo', /secret-memo|secret-upserted-memo/, own],
    ['a summary and details', /^"secret-(summary|details)/, own],
    ['a timer’s summary', /^"secret-timer-summary/, own],
    ['a signal', /^"secret-signal/, own],
    ['an update, its answer, and its refusal', /^"secret-(update|refused|failed)|^"answer|^{"message":"secret/, own],
    ['a query', /^"secret-query/, own],
    ['an activity’s input and result', /^("|{"echoed":")secret-activity-input/, activity('1')],
    ['an activity’s failure', /^("|{"message":"failed with )secret-activity-failure/, activity('2')],
    ['an activity’s heartbeat', /^"secret-heartbeat|^{"message":"failed after secret-h/, activity('3')],
    ['the heartbeat that a time-out brings', /^"secret-last-heartbeat/, activity('4')],
    ['one’s whose id the workflow chose', /^("|{"echoed":")secret-named-input/, activity('chosen')],
    ['a local activity’s input and result', /^("|{"echoed":")secret-local-input/, activity('5', true)],
    ['a local activity’s failure', /^("|{"message":"failed with )secret-local-failure/, activity('6', true)],
  ])('of %s', (_, text, place) => {
    const found = asked.filter((one) => text.test(one.text));
    expect(found.length).toBeGreaterThan(1);
    for (const { context } of found) expect(context).toEqual(place);
  });

  it('of a child workflow’s input, signals, result and failure is the child', () => {
    const found = asked.filter(({ text }) => /^[^[]*secret-(child|waiting-child|external)/.test(text));
    expect(found.length).toBeGreaterThan(10);
    for (const { context } of found) {
      expect(context).toEqual({ ...own, workflowId: expect.any(String) });
      expect(context?.workflowId).not.toBe(workflowId);
    }
  });

  it('is never missing', () => {
    expect(asked.filter(({ context }) => context?.workflowId === undefined)).toEqual([]);
  });
});
