import type { Status, WithdrawalRequest } from '../../../client/index.js';
import { workflowTypes } from '../../../contract/ids.js';
import { startOptions } from '../../../client/start-options.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { until } from '../parent-process.js';
import { command, refused, requestWith, submitted, type World } from './world.js';

/** A withdrawal that ends by itself: what its amount makes the simulator do, and how it ends. */
type Ending = readonly [id: string, provider: ProviderName, changes: Partial<WithdrawalRequest>, end: Status];

export const paidByEach: readonly Ending[] = [
  ['cp-confirmed', 'cryptoprocessing', { currency: 'XRP', amount: '12.5' }, 'confirmed'],
  ['cp-declined-legal', 'cryptoprocessing', { amount: '0.19103' }, 'declined'],
];

export const otherEnds: readonly Ending[] = [
  ['cp-cancelled', 'cryptoprocessing', { amount: '0.19104' }, 'cancelled'],
  ['cp-refused', 'cryptoprocessing', { amount: '0.19111' }, 'refused'],
  ['cp-convert-legal', 'cryptoprocessing', { currency: 'EUR', amount: '100', convertTo: 'BTC' }, 'confirmed'],
  ['cp-never-calls-back', 'cryptoprocessing', { amount: '0.19108' }, 'confirmed'],
  ['ap-confirmed', 'alphapo', { currency: 'XRP', amount: '12.5' }, 'confirmed'],
  ['ap-declined', 'alphapo', { amount: '0.19103' }, 'declined'],
  ['ap-refused', 'alphapo', { amount: '0.19111' }, 'refused'],
  ['cy-confirmed', 'cryptopay', { convertTo: 'XRP' }, 'confirmed'],
  ['cy-risk', 'cryptopay', { amount: '10.9206' }, 'confirmed'],
  ['cy-high-risk', 'cryptopay', { amount: '10.9201' }, 'refused'],
  ['cy-failed-then-cancelled', 'cryptopay', { amount: '10.9203' }, 'cancelled'],
  ['cy-over-max', 'cryptopay', { amount: '10.9204', cryptopay: { maxCharge: '12' } }, 'expired'],
  ['cc-refused', 'cryptocloud', { amount: '15.9111' }, 'refused'],
];

/** Those withdrawals, each to its end. */
export async function end(world: World, endings: readonly Ending[]): Promise<void> {
  await Promise.all(
    endings.map(async ([id, provider, changes, status]) => {
      await submitted(world, id, provider, changes);
      await expectEnd(world, id, status);
    }),
  );
}

export async function expectEnd({ stack, kept }: World, id: string, status: Status): Promise<void> {
  const view = await stack.outflow.wait(id, { timeoutMs: 100_000 });
  if (view.status !== status) throw new Error(`${id} ended ${view.status}, not ${status}`);
  if (view.txid !== undefined) kept.kept(`${id}.txid`, view.txid);
}

/** No money comes until its time to send has passed. */
export async function expired(world: World): Promise<void> {
  const sendBy = new Date(Date.now() + 8_000).toISOString();
  await end(world, [['cp-expired', 'cryptoprocessing', { amount: '0.19105', sendBy }, 'expired']]);
}

/** The provider takes back what it had confirmed, and says why: that is a case. */
export async function takenBack(world: World): Promise<void> {
  await end(world, [['cp-taken-back', 'cryptoprocessing', {}, 'confirmed']]);
  const error = world.kept.text('cp-taken-back.error');
  await world.stack.simulator.act('cp-taken-back', 'cancel', { force: true, error });
}

/** The provider cancels it, and says why. */
export async function cancelledInWords({ stack, ...world }: World): Promise<void> {
  await submitted({ stack, ...world }, 'ap-cancelled', 'alphapo', { amount: '0.19107' });
  await stack.untilStatus('ap-cancelled', 'processing');
  await stack.simulator.act('ap-cancelled', 'cancel', { error: world.kept.text('ap-cancelled.message') });
  await expectEnd({ stack, ...world }, 'ap-cancelled', 'cancelled');
}

/** Creates that fail, and what the provider says of it. One after the other: each has the next create's fault. */
export async function failing(world: World): Promise<void> {
  const { stack, kept, unkept } = world;
  const failures: readonly [id: string, provider: ProviderName, answer: object, status: Status][] = [
    ['cp-bad-name', 'cryptoprocessing', processingError({ address: kept.text('cp-bad-name.message') }), 'refused'],
    [
      'ap-unheard-of',
      'alphapo',
      processingError({ [kept.word('ap-unheard-of.field')]: kept.text('ap-unheard-of.message') }),
      'unknown',
    ],
    [
      'cy-in-words',
      'cryptopay',
      { status: 422, body: { error: { code: 'high_risk_address', message: kept.text('cy-in-words.message') } } },
      'refused',
    ],
    [
      'cc-in-words',
      'cryptocloud',
      { status: 400, body: { status: 'error', result: { network: kept.text('cc-in-words.message') } } },
      'refused',
    ],
    ['cc-unknown', 'cryptocloud', { status: 502, body: `<p>${unkept.text('cc-unknown.body')}</p>` }, 'unknown'],
    [
      'cp-unknown',
      'cryptoprocessing',
      { status: 500, body: { error: kept.text('cp-unknown.message'), code: kept.word('cp-unknown.code') } },
      'unknown',
    ],
    [
      'cp-unreadable',
      'cryptoprocessing',
      { fault: 'wrong-shape', body: { data: { status: unkept.text('cp-unreadable.body') } } },
      'confirmed',
    ],
  ];
  for (const [id, provider, answer, status] of failures) {
    await stack.simulator.faults([{ provider, operation: 'create', fault: 'status', ...answer }]);
    await submitted(world, id, provider);
    await stack.untilStatus(id, status);
  }
}

function processingError(errors: object): object {
  return { status: 400, body: { errors } };
}

/** A worker is killed while its create is under way: another finds what became of it. */
export async function workerKilled(world: World): Promise<void> {
  const { stack } = world;
  const id = 'cp-worker-killed';
  await stack.simulator.faults([
    { provider: 'cryptoprocessing', operation: 'create', fault: 'hang-after-store', ms: 20_000 },
  ]);
  await submitted(world, id, 'cryptoprocessing');
  await until('its create has arrived', async () => (await stack.simulator.creates(id)).length === 1);
  await stack.kill('worker');
  await expectEnd(world, id, 'confirmed');
}

/** Requests that break rules: by an app, whom the client tells so, and by somebody who starts the workflow without asking it. */
export async function invalid(world: World): Promise<void> {
  const { stack, temporal, unkept, kept } = world;
  const wrong = (canaries: typeof kept, id: string) => ({
    ...requestWith(canaries, id, 'cryptoprocessing'),
    address: `${canaries.address(`${id}.address`, 'bitcoin')}x`,
    endUserReference: ` ${canaries.text(`${id}.endUserReference`)}`,
    surplus: canaries.text(`${id}.surplus`),
  });
  const refusedRequest = wrong(unkept, 'cp-invalid');
  await refused(world, stack.outflow.submit(refusedRequest));
  await command(world, ['submit', '-'], JSON.stringify([refusedRequest, wrong(unkept, 'cp-invalid-too')]));
  await submitted(world, 'cp-twice', 'cryptoprocessing');
  // Temporal writes down what a start brings before it finds that its id is taken.
  const other = requestWith(kept, 'cp-other', 'cryptoprocessing', { withdrawalId: 'cp-twice', amount: '0.5' });
  await refused(world, stack.outflow.submit(other));
  const unchecked = startOptions({ request: wrong(kept, 'cp-unchecked') }, {});
  await temporal.workflow.start(workflowTypes.withdrawal, unchecked);
  await expectEnd(world, 'cp-unchecked', 'refused');
}
