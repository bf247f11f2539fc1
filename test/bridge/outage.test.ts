import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { workflowIds } from '../../contract/ids.js';
import { callbackBody, fetched, post } from '../support/callbacks.js';
import { Deployment } from '../support/deployment.js';
import { cryptoprocessingRequest } from '../support/requests.js';

/** Cryptopay waits so long for an answer: a 503 must come before. */
const timeoutMs = 10_000;

interface Outage {
  deployment: Deployment;
  withdrawalId: string;
  statuses: Record<'meanwhile' | 'again', number[]>;
  forged: number;
  tookMs: number;
}

const kinds = ['is not there', 'takes requests and does not answer'] as const;
const outages = new Map<string, Outage>();
let folder: string;

// Each takes as long as the bridge's time-out: both at once, each with a Temporal of its own.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-outage-'));
  await Promise.all(kinds.map(async (kind) => outages.set(kind, await outage(kind))));
});
afterAll(async () => {
  await Promise.all([...outages.values()].map(({ deployment }) => deployment.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function outage(kind: (typeof kinds)[number]): Promise<Outage> {
  const deployment = await Deployment.started({
    temporal: { dataFile: join(folder, kind, 'temporal.db') },
    simulator: 'none',
    worker: 'none',
  });
  const { bridge, outflow } = deployment;
  const withdrawalId = `w-${randomUUID()}`;
  await outflow.submit(cryptoprocessingRequest({ withdrawalId }));
  const known = callbackBody({ foreign_id: withdrawalId });
  const ask = async () => {
    const replies = [
      known,
      callbackBody({ foreign_id: 'unknown' }),
      callbackBody({ foreign_id: 'unreadable', id: [] }),
    ];
    const asked = [fetched(`${bridge}/readyz`), ...replies.map((body) => post(bridge, body))];
    return (await Promise.all(asked)).map(({ status }) => status);
  };

  if (kind === 'is not there') await deployment.temporal.stop();
  else await deployment.pauseTemporal();
  const began = Date.now();
  const meanwhile = await ask();
  const tookMs = Date.now() - began;
  const forged = await post(bridge, known, { 'x-processing-signature': 'forged' });
  const up = await fetched(`${bridge}/healthz`);
  if (kind === 'is not there') await deployment.restartTemporal();
  else deployment.resumeTemporal();

  const statuses = { meanwhile: [up.status, ...meanwhile], again: await ask() };
  return { deployment, withdrawalId, statuses, forged: forged.status, tookMs };
}

function outageOf(kind: string): Outage {
  const one = outages.get(kind);
  if (one === undefined) throw new Error(`there was no outage: ${kind}`);
  return one;
}

describe.each(kinds)('while Temporal %s', (kind) => {
  it('every callback gets a 503 within ten seconds, as readiness does; the bridge itself is up', () => {
    expect(outageOf(kind).statuses.meanwhile).toEqual([200, 503, 503, 503, 503]);
    expect(outageOf(kind).tookMs).toBeLessThan(timeoutMs);
  });

  it('what is not authentic is refused at once', () => {
    expect(outageOf(kind).forged).toBe(401);
  });

  it('no callback is lost: sent again once Temporal is back, each is taken', async () => {
    const { deployment, withdrawalId, statuses } = outageOf(kind);
    expect(statuses.again).toEqual([200, 200, 200, 200]);
    const { events } = await deployment.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).fetchHistory();
    const signals = (events ?? []).filter(
      ({ workflowExecutionSignaledEventAttributes: signal }) => typeof signal === 'object' && signal !== null,
    );
    expect(signals.length).toBeGreaterThan(0);
    const { count } = await deployment.client.workflow.count(`WorkflowType = 'case'`);
    expect(count).toBe(2);
  });
});
