import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { workflowIds } from '../../workflows/contract.js';
import { callbackBody, fetched, post } from '../support/callbacks.js';
import { Deployment } from '../support/deployment.js';
import { cryptoprocessingRequest } from '../support/requests.js';

/** Cryptopay waits so long for an answer: a 503 must come before. */
const patienceMs = 10_000;

let folder: string;
let outflow: Deployment;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-outage-'));
  outflow = await Deployment.start({ dataFile: join(folder, 'temporal.db') });
});
afterAll(async () => {
  await outflow.stop();
  await rm(folder, { recursive: true, force: true });
});

async function signalsTo(withdrawalId: string): Promise<number> {
  const { events } = await outflow.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes != null).length;
}

/** Its answers while Temporal is away, and how long they took. */
async function answersMeanwhile(bodies: readonly string[]) {
  const began = Date.now();
  const [ready, up, ...replies] = await Promise.all([
    fetched(`${outflow.bridge}/readyz`),
    fetched(`${outflow.bridge}/healthz`),
    ...bodies.map((body) => post(outflow.bridge, body)),
  ]);
  return {
    ready: ready.status,
    up: up.status,
    replies: replies.map(({ status }) => status),
    tookMs: Date.now() - began,
  };
}

describe.each<[string, () => void | Promise<unknown>, () => void | Promise<void>]>([
  ['is not there', () => outflow.temporal.stop(), () => outflow.restartTemporal()],
  [
    'hears and does not answer',
    () => void process.kill(outflow.temporal.pid, 'SIGSTOP'),
    () => void process.kill(outflow.temporal.pid, 'SIGCONT'),
  ],
])('while Temporal %s', (_, away, back) => {
  it('every callback gets a 503 within ten seconds, and is taken when it comes again', async () => {
    const withdrawalId = `w-${randomUUID()}`;
    await outflow.outflow.submit(cryptoprocessingRequest({ withdrawalId }));
    const known = callbackBody({ foreign_id: withdrawalId });
    const unknown = callbackBody({ foreign_id: `unknown-${randomUUID()}` });
    const unreadable = callbackBody({ foreign_id: `unreadable-${randomUUID()}`, id: [] });

    await away();
    const meanwhile = await answersMeanwhile([known, unknown, unreadable]);
    const forged = await post(outflow.bridge, known, { 'x-processing-signature': 'forged' });
    await back();

    expect(meanwhile).toMatchObject({ ready: 503, up: 200, replies: [503, 503, 503] });
    expect(meanwhile.tookMs).toBeLessThan(patienceMs);
    expect(forged.status).toBe(401);
    for (const body of [known, unknown, unreadable]) expect((await post(outflow.bridge, body)).status).toBe(200);
    expect(await signalsTo(withdrawalId)).toBeGreaterThan(0);
    expect((await fetched(`${outflow.bridge}/readyz`)).status).toBe(200);
  });
});
