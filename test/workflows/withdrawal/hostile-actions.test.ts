import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RawValue } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Outflow } from '../../../client/index.js';
import { actionUpdate } from '../../../contract/messages.js';
import { searchAttributeNames } from '../../../contract/search-attributes.js';
import type { EmbeddedTemporal } from '../../../temporal/embedded/server.js';
import { startEmbeddedTemporal } from '../../../temporal/embedded/server.js';
import { testConverter } from '../../support/encryption.js';
import { asSent, HOUR } from '../support/payout.js';
import type { Payout } from '../support/payout.js';
import { PayoutStand } from '../support/stand.js';

let temporal: EmbeddedTemporal;
let stand: PayoutStand;
beforeAll(async () => {
  temporal = await startEmbeddedTemporal({ searchAttributes: searchAttributeNames });
  stand = await PayoutStand.started(
    await TestWorkflowEnvironment.createFromExistingServer({
      address: temporal.address,
      client: testConverter('client'),
    }),
  );
}, 120_000);
afterEach(() => stand.clear());
afterAll(async () => {
  await stand.stop();
  await temporal.stop();
});

async function unknownPayout(): Promise<Payout> {
  const payout = await stand.pay({ creates: [{ type: 'NoAnswer' }], lookUps: ['absent'] });
  await payout.when(({ status }) => status === 'unknown');
  return payout;
}

describe('an action that was not meant so', () => {
  it('leaves the withdrawal readable, however much is sent beside its own fields', async () => {
    const payout = await unknownPayout();
    const action = { by: 'Bo', reason: 'look again', evidence: 'x'.repeat(1_200_000) };
    // Two of them are more than a server takes in one value, such as an answer to a query, a result, or a new run's input.
    for (let time = 0; time < 2; time += 1)
      await payout.handle.executeUpdate(actionUpdate('retryNow'), { args: [await asSent(payout.handle, action)] });
    expect(await payout.view()).toMatchObject({ status: 'unknown' });
  });

  it('lets the withdrawal end, and is answered itself, however much was sent beside its own fields', async () => {
    const payout = await unknownPayout();
    const action = { by: 'Bo', reason: 'look again', evidence: 'x'.repeat(1_200_000) };
    for (let time = 0; time < 2; time += 1)
      await payout.handle.executeUpdate(actionUpdate('retryNow'), { args: [await asSent(payout.handle, action)] });
    const resolution = {
      by: 'Bo',
      reason: 'asked',
      evidence: 'ticket',
      outcome: 'confirmed',
      txid: 'bb04bb04bb',
    } as const;
    expect(await payout.resolve(resolution)).toMatchObject({ resolved: true, status: 'confirmed' });
    expect(await payout.ended()).toMatchObject({ status: 'confirmed', final: true });
  });

  // JSON of such a depth can be read, and not written again: the state could never be copied any more.
  it.each([
    ['retryNow', '"outcome":'],
    ['resolve', '"evidence":"ticket","outcome":"notPaid","beside":'],
  ])('blocks no workflow by the depth of what is sent beside its own fields: %s', async (name, fields) => {
    const payout = await unknownPayout();
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const bytes = (text: string) => new TextEncoder().encode(text);
    const { forRun } = await asSent(payout.handle, {});
    const action = RawValue.fromPayload({
      metadata: { encoding: bytes('json/plain') },
      data: bytes(`{"id":"a-1","forRun":"${forRun}","by":"Bo","reason":"x",${fields}${deep}}`),
    });
    const update = payout.handle.executeUpdate<unknown, [unknown]>(name, { args: [action] });
    await Promise.race([update.catch(() => undefined), sleep(3_000)]); // to be refused is right, too
    await payout.callback('processing').catch(() => undefined); // it may have ended by then, as resolved
    expect(['processing', 'cancelled']).toContain((await payout.view()).status);
  });

  it('is not said to have resolved anything where its id was that of another kind of action', async () => {
    const payout = await unknownPayout();
    const outflow = new Outflow(stand.environment.client, HOUR);
    const id = payout.request.withdrawalId;
    const options = { actionId: 'ticket-4711' };
    await outflow.retryNow(id, { by: 'Bo', reason: 'look again' }, options);
    const resolution = { by: 'Bo', reason: 'asked', evidence: 'ticket 4711', outcome: 'notPaid' } as const;
    const answer = await outflow.resolve(id, resolution, options).catch(() => undefined); // to be refused is right, too
    expect(await payout.view()).toMatchObject({ status: 'unknown', final: false });
    expect(answer).not.toMatchObject({ resolved: true });
  });
});
