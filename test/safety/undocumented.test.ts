import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { WithdrawalRequest } from '../../client/index.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { beside } from '../support/beside.js';
import { useDeployment } from '../support/use-deployment.js';
import { until } from '../support/parent-process.js';
import { requestTo } from '../support/requests.js';
import type { Call } from './wire.js';
import { Wire } from './wire.js';

jest.setTimeout(120_000);

/** What no document says of a provider, it may do either way: each way is a mode of the simulator. */
const serving = ['cryptoprocessing', 'cryptopay'] as const satisfies ProviderName[];
type Served = (typeof serving)[number];

const wires = {} as Record<Served, Wire>;
const parts = () => ({
  serving,
  settings: Object.fromEntries(serving.map((name) => [`${name.toUpperCase()}_BASE_URL`, wires[name].origin])),
});
const outflow = useDeployment({ worker: 'none' });
beforeAll(async () => {
  for (const name of serving) wires[name] = await Wire.to(outflow.origins[name]);
  await outflow.startWorker(parts());
});
afterAll(() => {
  for (const wire of Object.values(wires)) wire.stop();
});
afterEach(() => outflow.simulator.modes({}));

async function submitted(provider: Served, changes: Partial<WithdrawalRequest> = {}): Promise<string> {
  const withdrawalId = `w-${randomUUID()}`;
  await outflow.outflow.submit(requestTo[provider]({ withdrawalId, ...changes }));
  return withdrawalId;
}

const ended = (withdrawalId: string) => outflow.outflow.wait(withdrawalId, { timeoutMs: 60_000 });

async function expectPaidOnce(withdrawalId: string): Promise<void> {
  expect(await ended(withdrawalId)).toMatchObject({ status: 'confirmed', final: true });
  expect(await outflow.simulator.ledger(withdrawalId)).toMatchObject([{ debits: 1 }]);
}

/** Its create is stored, and the answer lost. */
async function lostAnswer(provider: Served): Promise<string> {
  const create = wires[provider].hold('the create', ({ operation }: Call) => operation === 'create');
  const withdrawalId = await submitted(provider);
  const call = await create;
  await call.pass();
  call.drop();
  return withdrawalId;
}

describe('a look-up that lags', () => {
  const lagging = beside(async () => {
    await outflow.simulator.modes({ 'look-up-lags': 5_000 });
    return Promise.all(
      serving.map(async (name) => {
        const withdrawalId = await lostAnswer(name);
        await ended(withdrawalId);
        return withdrawalId;
      }),
    );
  });

  it.each(serving)('says “absent” of what was stored: it is looked up again, and not sent again (%s)', async (name) => {
    const withdrawalId = (await lagging())[serving.indexOf(name)] ?? '';

    await expectPaidOnce(withdrawalId);

    const { timeline } = await outflow.outflow.get(withdrawalId);
    expect(timeline.map(({ event }) => event)).toContain('absent');
    expect(await outflow.simulator.creates(withdrawalId)).toHaveLength(1);
  });
});

describe('a refusal that leaves a record behind', () => {
  it.each([
    ['cryptoprocessing', { amount: '0.09111' }, 'InvalidAddress'],
    ['cryptopay', { amount: '10.9201' }, 'HighRiskAddress'],
  ] as const)('pays nothing, and says so (%s)', async (provider, changes, type) => {
    await outflow.simulator.modes({ 'refusal-stored': true });
    const withdrawalId = await submitted(provider, changes);

    const view = await ended(withdrawalId);

    expect(['refused', 'cancelled']).toContain(view.status);
    expect(view.timeline.map(({ detail }) => detail?.failure)).toContain(type);
    expect(await outflow.simulator.ledger(withdrawalId)).toMatchObject([{ debits: 0, status: 'cancelled' }]);
  });
});

describe('Cryptopay’s records', () => {
  it.each(['bare-envelope', 'exchange-without-fee'])('are read as its clients meet them: %s', async (mode) => {
    await outflow.simulator.modes({ [mode]: true });
    await expectPaidOnce(await submitted('cryptopay'));
  });
});

describe('Cryptopay’s commit window', () => {
  it('is used where its withdrawals say pending until they are committed', async () => {
    await outflow.simulator.modes({ 'pending-until-committed': true });
    await expectPaidOnce(await submitted('cryptopay'));
  });

  it.each([
    ['says that it was cancelled', {}, 'cancelled'],
    ['goes on saying new', { 'new-after-expiry': true }, 'awaiting_commit'],
  ])('missed by a worker that was away: nothing is paid, and the provider %s', async (_what, modes, status) => {
    await outflow.simulator.modes(modes);
    const create = wires.cryptopay.hold('the create', ({ operation }) => operation === 'create');
    const withdrawalId = await submitted('cryptopay');
    const call = await create;
    const answer = await call.pass();
    const stopped = outflow.stopWorker(); // it lets the call in flight finish, and takes nothing new
    await call.give(answer);
    await stopped;
    await outflow.simulator.clock({ advanceMs: 31_000 });

    await outflow.startWorker(parts());

    const isThere = async () => (await outflow.outflow.get(withdrawalId)).timeline.length > 3;
    await until('the worker has gone on', isThere);
    await until(`it is ${status}`, async () => (await outflow.outflow.get(withdrawalId)).status === status);
    expect(await outflow.simulator.debits(withdrawalId)).toBe(0);
  });
});
