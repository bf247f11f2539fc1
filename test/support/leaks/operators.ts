import { workflowIds } from '../../../contract/ids.js';
import { until } from '../parent-process.js';
import { expectEnd } from './withdrawals.js';
import { command, refused, submitted, whoAndWhy, type World } from './world.js';

/** What operators do about withdrawals that wait. */
export async function acting(world: World): Promise<void> {
  await Promise.all([cancelling(world), contradicted(world), recovering(world)]);
}

/** Settles the two whose creates came to nothing that is known (`failing`). */
export async function resolving(world: World): Promise<void> {
  const { kept, stack } = world;
  const found = (of: string) => ({ ...whoAndWhy(kept, of), evidence: kept.text(`${of}.evidence`) });
  await stack.outflow.retryNow('cp-unknown', whoAndWhy(kept, 'cp-unknown.retryNow'));
  const notPaid = await stack.outflow.resolve('cp-unknown', { ...found('cp-unknown'), outcome: 'notPaid' });
  const txid = kept.txid('cc-unknown.txid');
  const paid = await stack.outflow.resolve('cc-unknown', { ...found('cc-unknown'), outcome: 'confirmed', txid });
  if (!notPaid.resolved || !paid.resolved) throw new Error(JSON.stringify({ notPaid, paid }));
  await expectEnd(world, 'cp-unknown', 'cancelled');
  await expectEnd(world, 'cc-unknown', 'confirmed');
}

/** Cancels what waits for money. */
async function cancelling(world: World): Promise<void> {
  const { kept, stack } = world;
  await submitted(world, 'cp-no-money', 'cryptoprocessing', { amount: '0.19105' });
  await stack.untilStatus('cp-no-money', 'waiting');
  await stack.outflow.cancel('cp-no-money', whoAndWhy(kept, 'cp-no-money'));
  await expectEnd(world, 'cp-no-money', 'cancelled');
}

/** What the provider, or the state, contradicts; and what nobody can take. */
async function contradicted(world: World): Promise<void> {
  const { kept, unkept, stack } = world;
  const id = await submitted(world, 'cp-contradicted', 'cryptoprocessing', { amount: '0.19107' });
  await stack.untilStatus(id, 'processing');
  const evidence = kept.text(`${id}.evidence`);
  const answer = await stack.outflow.resolve(id, { ...whoAndWhy(kept, id), evidence, outcome: 'notPaid' });
  if (answer.resolved) throw new Error('the provider has it');
  world.said.push(JSON.stringify(answer));

  const wrong = `${id}.wrong`;
  await refused(world, stack.outflow.cancel(id, whoAndWhy(unkept, wrong)));
  const badTxid = {
    evidence: unkept.text(`${wrong}.evidence`),
    outcome: 'confirmed' as const,
    txid: unkept.text(wrong),
  };
  await refused(world, stack.outflow.resolve(id, { ...whoAndWhy(unkept, wrong), ...badTxid }));
  const actionId = unkept.text(`${wrong}.actionId`);
  await refused(world, stack.outflow.retryNow(id, whoAndWhy(unkept, wrong), { actionId }));
  const { by, reason } = whoAndWhy(unkept, wrong);
  await command(world, ['cancel', id, '--by', by, '--reason', reason]);
}

/** Goes on with one that somebody ended by force; another stays so. */
async function recovering(world: World): Promise<void> {
  const { kept, stack, temporal } = world;
  for (const id of ['cp-recovered', 'cp-closed']) {
    await submitted(world, id, 'cryptoprocessing', { amount: '0.19107', currency: 'XRP' });
    await stack.untilStatus(id, 'processing', 'unknown');
    await temporal.workflow.getHandle(workflowIds.withdrawal(id)).terminate();
  }
  await stack.outflow.recover('cp-recovered', whoAndWhy(kept, 'cp-recovered'));
  await stack.untilStatus('cp-recovered', 'processing', 'unknown');
  const isListed = async () => (await stack.outflow.inbox()).some(({ kind }) => kind === 'closed by force');
  await until('the inbox has the other', isListed);
  await refused(world, stack.outflow.get('cp-closed'));
}

/** Closes every case, one of them a second time. */
export async function closingCases(world: World, atLeast: number): Promise<void> {
  const { kept, unkept, stack } = world;
  const cases = async () =>
    (await stack.outflow.inbox()).flatMap((item) => (item.kind === 'case' ? [item.caseId] : []));
  await until(`${atLeast} cases are open`, async () => (await cases()).length >= atLeast);
  const [first = '', ...others] = await cases();
  for (const id of [first, ...others.slice(1)])
    await stack.outflow.closeCase(id, whoAndWhy(kept, `case-${id.slice(0, 8)}`)); // the second stays open
  const { by, reason } = whoAndWhy(unkept, 'case-again');
  await command(world, ['case', 'close', first, '--by', by, '--reason', reason]);
}
