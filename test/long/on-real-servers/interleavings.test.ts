import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { request } from 'undici';
import type { WithdrawalRequest, WithdrawalView } from '../../../client/index.js';
import type { CaseView } from '../../../contract/case.js';
import { caseViewQuery } from '../../../contract/case.js';
import { workflowIds } from '../../../contract/ids.js';
import { callbackBody, post } from '../../support/callbacks.js';
import { useDeployment } from '../../support/use-deployment.js';
import { until } from '../../support/parent-process.js';
import { cryptopayRequest, cryptoprocessingRequest } from '../../support/requests.js';
import { Wire } from '../../safety/wire.js';

jest.setTimeout(120_000);

/** What its amount makes the simulator do: wait for the Owner. */
const ownerDecides = '0.19101';

const here = useDeployment({ worker: 'none' });
/** Before Cryptopay. */
let wire: Wire;
beforeAll(async () => {
  wire = await Wire.to(here.origins.cryptopay);
  await here.startWorker({
    serving: ['cryptoprocessing', 'cryptopay'],
    settings: { CRYPTOPAY_BASE_URL: wire.origin },
  });
});
afterAll(() => wire.stop());
afterEach(async () => {
  await here.simulator.modes({});
  await here.simulator.faults([]);
  await here.simulator.credentials({});
  await here.simulator.clock({ speed: 1 });
});

async function submitted(changes: Partial<WithdrawalRequest> = {}, deployment = here): Promise<string> {
  const asked = cryptoprocessingRequest({ withdrawalId: `w-${randomUUID()}`, ...changes });
  await deployment.outflow.submit(asked);
  return asked.withdrawalId;
}

/** Its view once it is as wanted. */
async function when(
  withdrawalId: string,
  wanted: (view: WithdrawalView) => boolean,
  { outflow } = here,
): Promise<WithdrawalView> {
  let view = await outflow.get(withdrawalId);
  const isThere = async () => wanted((view = await outflow.get(withdrawalId)));
  await until('it is as wanted', isThere, 40_000).catch((error: unknown) => {
    throw new Error(`It is ${JSON.stringify(view, null, 2)}`, { cause: error });
  });
  return view;
}
const whenStatus = (withdrawalId: string, status: string) => when(withdrawalId, (view) => view.status === status);
const ended = (withdrawalId: string) => here.outflow.wait(withdrawalId, { timeoutMs: 60_000 });

/** How many callbacks reached its workflow. */
async function signalsOf(withdrawalId: string): Promise<number> {
  const { events } = await here.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
}

/** The cases about a withdrawal, once there is one. */
async function casesOf(withdrawalId: string): Promise<CaseView[]> {
  const found = async () => {
    const cases: CaseView[] = [];
    for await (const { workflowId } of here.client.workflow.list({ query: `WorkflowType = 'case'` }))
      cases.push(await here.client.workflow.getHandle(workflowId).query(caseViewQuery));
    return cases.filter((one) => one.withdrawalId === withdrawalId);
  };
  await until('there is a case', async () => (await found()).length > 0);
  return found();
}

async function expectPaidOnce(withdrawalId: string): Promise<void> {
  expect(await ended(withdrawalId)).toMatchObject({ status: 'confirmed', final: true });
  expect(await here.simulator.ledger(withdrawalId)).toMatchObject([{ debits: 1 }]);
}

describe('the same account in two deployments', () => {
  const there = useDeployment({ simulator: 'none', worker: 'none' });
  beforeAll(() => there.startWorker({ settings: { CRYPTOPROCESSING_BASE_URL: here.origins.cryptoprocessing } }));

  it('pays the same withdrawal once, and both report it', async () => {
    const withdrawalId = await submitted();
    await ended(withdrawalId);

    await submitted({ withdrawalId }, there);

    expect(await there.outflow.wait(withdrawalId, { timeoutMs: 60_000 })).toMatchObject({ status: 'confirmed' });
    await expectPaidOnce(withdrawalId);
  });

  it('never takes the other’s payout for its own, where the requests differ', async () => {
    const withdrawalId = await submitted();
    await ended(withdrawalId);

    await submitted({ withdrawalId, amount: '0.5' }, there);

    const view = await when(withdrawalId, ({ attention }) => attention !== undefined, there);
    expect(view).toMatchObject({ status: 'unknown', attention: 'not-ours', final: false });
    await expectPaidOnce(withdrawalId);
  });
});

describe('another system’s withdrawal under our reference', () => {
  it('is not taken for ours, and ours is not sent a second time', async () => {
    const withdrawalId = `w-${randomUUID()}`;
    const { currency, address, endUserReference, sender } = cryptoprocessingRequest();
    if (sender?.type !== 'legal') throw new Error('the documents’ request has a legal sender');
    const body = JSON.stringify({
      ...{ currency, address, amount: '0.5', foreign_id: withdrawalId, end_user_reference: endUserReference },
      sender_type: 'legal',
      sender_data: { legal_name: sender.legalName, country_of_registration: 'DEU' },
      receiver_type: 'self',
    });
    const signature = createHmac('sha512', 'test-secret').update(body).digest('hex');
    const headers = {
      'content-type': 'application/json',
      ...{ 'x-processing-key': 'test-key', 'x-processing-signature': signature },
    };
    const path = '/api/v2/withdrawal/crypto';
    const taken = await request(`${here.origins.cryptoprocessing}${path}`, { method: 'POST', headers, body });
    expect(await taken.body.text()).toContain(withdrawalId);

    await submitted({ withdrawalId });

    const view = await when(withdrawalId, ({ attention }) => attention !== undefined);
    expect(view).toMatchObject({ status: 'unknown', attention: 'not-ours' });
    expect(await here.simulator.ledger(withdrawalId)).toMatchObject([{ amount: '0.5' }]);
    expect(await here.simulator.creates(withdrawalId)).toHaveLength(2); // the other system's, and our refused one
  });
});

describe('two ids that differ in case only', () => {
  const pair = () => {
    const id = randomUUID().slice(0, 8);
    return [`w-a${id}`, `w-A${id}`] as const;
  };

  it('are two withdrawals', async () => {
    const ids = pair();
    for (const withdrawalId of ids) await submitted({ withdrawalId });
    for (const withdrawalId of ids) await expectPaidOnce(withdrawalId);
  });

  it('are not confused where the provider takes them for one', async () => {
    await here.simulator.modes({ 'reference-ignores-case': true });
    const [first, second] = pair();
    await submitted({ withdrawalId: first });
    await ended(first);

    await submitted({ withdrawalId: second });

    const view = await when(second, ({ attention }) => attention !== undefined);
    expect(view).toMatchObject({ status: 'unknown', attention: 'not-ours' });
    await expectPaidOnce(first);
    expect(await here.simulator.ledger(second)).toEqual([]);
  });
});

describe('a callback', () => {
  it('that is old and replayed to a bridge that has forgotten it takes no step back', async () => {
    const withdrawalId = await submitted({ amount: ownerDecides });
    await whenStatus(withdrawalId, 'awaiting_approval');
    await here.simulator.clock({ speed: 0.01 }); // the chain takes its time
    await here.simulator.act(withdrawalId, 'approve');
    await here.outflow.retryNow(withdrawalId, { by: 'Ada', reason: 'to know at once' });
    await when(withdrawalId, ({ providerStatus }) => providerStatus !== 'pending');
    await here.restartBridge();

    expect(await here.simulator.repeatCallback(withdrawalId, 'pending')).toBe(200);

    expect(await signalsOf(withdrawalId)).toBe(2);
    expect(await here.outflow.get(withdrawalId)).toMatchObject({ status: 'processing', final: false });
    await here.simulator.clock({ speed: 1 });
    await here.simulator.act(withdrawalId, 'confirm');
    await expectPaidOnce(withdrawalId);
  });

  it('for another provider’s withdrawal changes nothing, and becomes a case', async () => {
    const withdrawalId = await submitted({ amount: ownerDecides });
    const { providerId } = await whenStatus(withdrawalId, 'awaiting_approval');

    const body = callbackBody({ foreign_id: withdrawalId, id: Number(providerId), status: 'confirmed' });
    expect((await post(here.bridge, body, {}, 'alphapo')).status).toBe(200);

    expect(await casesOf(withdrawalId)).toMatchObject([
      { provider: 'cryptoprocessing', record: { provider: 'alphapo' } },
    ]);
    expect(await here.outflow.get(withdrawalId)).toMatchObject({ status: 'awaiting_approval', attention: 'not-ours' });
    await here.simulator.act(withdrawalId, 'approve');
    await expectPaidOnce(withdrawalId);
  });

  it('of a deposit on the same address changes nothing', async () => {
    const withdrawalId = await submitted({ amount: ownerDecides });
    await whenStatus(withdrawalId, 'awaiting_approval');
    const before = await here.outflow.get(withdrawalId);
    const { address } = cryptoprocessingRequest();
    const crypto_address = { id: 1, currency: 'BTC', address, foreign_id: withdrawalId, tag: null };

    const body = JSON.stringify({
      id: 9,
      type: 'deposit',
      status: 'confirmed',
      crypto_address,
      foreign_id: withdrawalId,
    });
    expect((await post(here.bridge, body)).status).toBe(200);

    expect(await here.outflow.get(withdrawalId)).toEqual(before);
    await here.simulator.act(withdrawalId, 'approve');
    await expectPaidOnce(withdrawalId);
  });
});

describe('a thousand repeated callbacks', () => {
  it('reach the bridge, and one reaches the withdrawal, which a new callback still does', async () => {
    const withdrawalId = await submitted({ amount: ownerDecides });
    const { providerId } = await whenStatus(withdrawalId, 'awaiting_approval');
    const before = await signalsOf(withdrawalId);
    const body = callbackBody({ foreign_id: withdrawalId, id: Number(providerId), status: 'pending', error: 'again' });

    let left = 1_000;
    const senders = Array.from({ length: 50 }, async () => {
      while (left-- > 0) expect((await post(here.bridge, body)).status).toBe(200);
    });
    await Promise.all(senders);

    expect(await signalsOf(withdrawalId)).toBe(before + 1);
    await here.simulator.act(withdrawalId, 'approve');
    await expectPaidOnce(withdrawalId);
  });
});

describe('secrets rotated while a withdrawal is on its way', () => {
  it('lose no callback, and a look-up under the old ones ends nothing', async () => {
    const withdrawalId = await submitted({ amount: ownerDecides });
    await whenStatus(withdrawalId, 'awaiting_approval');
    await here.restartBridge({ CRYPTOPROCESSING_SECRET: 'test-secret,new-secret' });

    await here.simulator.credentials({ secret: 'new-secret' });
    await here.simulator.act(withdrawalId, 'approve');

    const view = await when(withdrawalId, ({ attention }) => attention === 'look-up-fails');
    expect(view).toMatchObject({ final: false });
    await here.stopWorker();
    await here.startWorker({ settings: { CRYPTOPROCESSING_SECRET: 'new-secret' } });
    await expectPaidOnce(withdrawalId);
    await here.stopWorker();
    await here.startWorker({
      serving: ['cryptoprocessing', 'cryptopay'],
      settings: { CRYPTOPAY_BASE_URL: wire.origin },
    });
    await here.restartBridge();
  });
});

describe('a commit that arrives when nobody waits for it any more', () => {
  /** Its commit is on the wire, and its worker thinks it lost; the provider's window has closed meanwhile. */
  async function withLateCommit(): Promise<{ withdrawalId: string; arrive: () => Promise<unknown> }> {
    const asked = cryptopayRequest({ withdrawalId: `w-${randomUUID()}` });
    const committing = wire.hold('the commit', ({ operation }) => operation === 'commit');
    await here.outflow.submit(asked);
    const commit = await committing;
    commit.drop();
    const failed = ({ timeline }: WithdrawalView) => timeline.some(({ event }) => event === 'commitFailed');
    await when(asked.withdrawalId, failed);
    await here.simulator.clock({ advanceMs: 31_000 });
    return { withdrawalId: asked.withdrawalId, arrive: () => commit.pass() };
  }

  it('is paid once and reported as paid, where the provider takes it late', async () => {
    await here.simulator.modes({ 'late-commit-accepted': true, 'new-after-expiry': true });
    const { withdrawalId, arrive } = await withLateCommit();
    expect(await here.outflow.get(withdrawalId)).toMatchObject({ status: 'awaiting_commit', final: false });

    await arrive();

    await expectPaidOnce(withdrawalId);
    expect(wire.calls.filter(({ operation }) => operation === 'commit')).toHaveLength(1);
  });

  it('opens a case where the provider pays what it had said to be cancelled', async () => {
    await here.simulator.modes({ 'late-commit-accepted': true });
    const { withdrawalId, arrive } = await withLateCommit();
    expect(await ended(withdrawalId)).toMatchObject({ status: 'cancelled' });

    await arrive();

    await until('money has left', async () => (await here.simulator.debits(withdrawalId)) === 1);
    const reasons = new Set((await casesOf(withdrawalId)).map(({ reason }) => reason));
    expect(reasons).toEqual(new Set(['differs from the recorded end']));
    expect(await here.outflow.get(withdrawalId)).toMatchObject({ status: 'cancelled' }); // final never changes
  });
});
