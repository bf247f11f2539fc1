import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ListedWithdrawal, ListFilter, WithdrawalRequest } from '../../client/index.js';
import { useDeployment } from '../support/use-deployment.js';
import { until } from '../support/parent-process.js';
import { cryptoprocessingRequest } from '../support/requests.js';

const deployment = useDeployment({ simulator: { speed: 4 } });

/** What its amount makes the simulator do. */
const magic = { noFunds: '0.09105', badAddress: '0.09111' };

async function submitted(changes: Partial<WithdrawalRequest>, batch: string): Promise<string> {
  const withdrawalId = `w-${randomUUID()}`;
  await deployment.outflow.submit(cryptoprocessingRequest({ withdrawalId, ...changes }), { batch });
  return withdrawalId;
}

async function listed(filter: ListFilter): Promise<ListedWithdrawal[]> {
  const all = [];
  for await (const withdrawal of deployment.outflow.list(filter)) all.push(withdrawal);
  return all;
}

describe('a list', () => {
  const batch = `batch ${randomUUID()}`;
  let ids: Record<'paid' | 'euros' | 'unfunded' | 'refused' | 'alphapo', string>;

  beforeAll(async () => {
    const alphapo = cryptoprocessingRequest({ provider: 'alphapo', withdrawalId: `w-${randomUUID()}` });
    delete alphapo.sender;
    delete alphapo.receiver;
    // One after another, since the list is by the time at which they end.
    const ended = async (id: string) => (await deployment.outflow.wait(id)).withdrawalId;
    ids = {
      refused: await ended(await submitted({ amount: magic.badAddress }, batch)),
      paid: await ended(await submitted({}, batch)),
      unfunded: await submitted({ amount: magic.noFunds }, batch),
      euros: await ended(await submitted({ currency: 'EUR', amount: '100.00', convertTo: 'BTC' }, batch)),
      alphapo: alphapo.withdrawalId,
    };
    await deployment.outflow.submit(alphapo, { batch });
    await until('the index has caught up', async () => {
      const states = (await listed({ batch })).map(({ status }) => status).toSorted();
      return String(states) === 'confirmed,confirmed,refused,sending,waiting';
    });
  });

  it.each<[string, ListFilter, (keyof typeof ids)[]]>([
    [
      'batch: what goes on first, then what has ended, the latest first',
      {},
      ['alphapo', 'unfunded', 'euros', 'paid', 'refused'],
    ],
    ['status', { status: 'confirmed' }, ['euros', 'paid']],
    ['another status', { status: 'refused' }, ['refused']],
    ['provider', { provider: 'alphapo' }, ['alphapo']],
    ['currency', { currency: 'EUR' }, ['euros']],
    ['who needs a person', { needsPerson: true }, ['unfunded']],
    ['several at once', { status: 'confirmed', currency: 'BTC' }, ['paid']],
    ['what none has', { currency: 'XRP' }, []],
  ])('is filtered by %s', async (_, filter, expected) => {
    expect((await listed({ batch, ...filter })).map(({ withdrawalId }) => withdrawalId)).toEqual(
      expected.map((name) => ids[name]),
    );
  });

  it('shows what Temporal’s index holds of each', async () => {
    const all = await listed({ batch });
    const one = (id: string) => all.find(({ withdrawalId }) => withdrawalId === id);
    const [row] = await deployment.simulator.ledger(ids.paid);
    const common = { provider: 'cryptoprocessing', currency: 'BTC', batch, submittedAt: expect.any(String) };
    expect(one(ids.unfunded)).toEqual({
      ...common,
      withdrawalId: ids.unfunded,
      status: 'waiting',
      final: false,
      attention: 'waiting-for-funds',
    });
    const finalAt = expect.any(String);
    expect(one(ids.paid)).toEqual({
      ...common,
      withdrawalId: ids.paid,
      status: 'confirmed',
      final: true,
      providerId: row?.providerId,
      finalAt,
    });
  });

  it('can be asked for by every batch name that a withdrawal can be submitted with', async () => {
    for (const name of ["it's", 'März 2026', 'a, b', 'x'.repeat(300)]) {
      const asked = submitted({}, name);
      const accepted = await asked.then(
        () => true,
        () => false,
      );
      if (accepted) await expect(listed({ batch: name })).resolves.toBeDefined();
      else await expect(asked).rejects.toMatchObject({ name: 'InvalidRequestError', violations: [{ field: 'batch' }] });
    }
  });
});
