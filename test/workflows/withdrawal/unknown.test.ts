import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import type { Failure } from '../../../domain/failures.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import type { ResolutionRequest } from '../../../domain/withdrawal/operator-actions/resolve.js';
import { actionUpdate, NOT_POSSIBLE } from '../../../contract/messages.js';
import { asSent, eventually, HOUR, MINUTE, SECOND } from '../support/payout.js';
import type { Answer, Script } from '../support/scripted-provider.js';
import { called, latch, saying, times } from '../support/scripted-provider.js';
import { useStand } from '../support/use-stand.js';

const stand = useStand();

/** Absent three times over five minutes: by then it has been looked up so often. */
const UNTIL_PROVEN = 6;
const lost: Answer = { type: 'NoAnswer' };
const killed: Answer = () => {
  throw ApplicationFailure.nonRetryable('the worker was killed', 'SomethingElse');
};

describe('a create that may have reached the provider', () => {
  it.each<[string, Answer]>([
    ['no answer came', lost],
    ['the worker was killed in mid-call', killed],
  ])('is looked up, and its record adopted: %s', async (_why, create) => {
    const payout = await stand.pay({ creates: [create], lookUps: ['absent', 'not_confirmed', 'confirmed'] });

    const unknown = await payout.when(({ status }) => status === 'unknown');
    const view = await payout.ended();

    expect(unknown).toMatchObject({ final: false, waiting: { for: 'proof of what became of the request' } });
    expect(unknown).not.toHaveProperty('attention');
    expect(view).toMatchObject({ status: 'confirmed', providerId: '134702815' });
    expect(view).not.toHaveProperty('error');
    expect(payout.provider.creates).toHaveLength(1);
    expect((await payout.waits()).slice(0, 3)).toEqual([SECOND, 10 * SECOND, 30 * SECOND]);
  });

  it('is adopted from a callback, too', async () => {
    const payout = await stand.pay({ creates: [lost], lookUps: ['absent', 'absent', 'confirmed'] });
    await payout.when(({ status }) => status === 'unknown');

    await payout.callback('not_confirmed');

    expect(await payout.when(({ status }) => status === 'processing')).toMatchObject({ providerId: '134702815' });
    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('is not settled by a record that isn’t ours, and a person is asked', async () => {
    const payout = await stand.pay({ creates: [lost], lookUps: [saying('confirmed', { amount: '0.00003001' })] });

    await payout.pass(HOUR);

    expect(await payout.view()).toMatchObject({ status: 'unknown', final: false, attention: 'not-ours' });
    expect(await payout.view()).not.toHaveProperty('providerId');
    expect(payout.provider.creates).toHaveLength(1);
  });
});

describe('a reference that the provider does not know', () => {
  it('is sent again, once, after it was absent three times over five minutes', async () => {
    const payout = await stand.pay({
      creates: [lost, 'processing'],
      lookUps: [...times(UNTIL_PROVEN, 'absent'), 'confirmed'],
    });

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });

    const [first, second, ...more] = payout.provider.creates;
    const notAfter = Number(second?.input.notAfter);
    expect(second?.input).toEqual({ ...first?.input, notAfter, onlyAs: called.account });
    expect(notAfter - Number(second?.at)).toBeLessThanOrEqual(2 * MINUTE);
    expect(more).toEqual([]);
    const lookUps = payout.provider.lookUps.slice(0, UNTIL_PROVEN);
    expect((second?.at ?? 0) - (lookUps[0]?.at ?? 0)).toBeGreaterThanOrEqual(5 * MINUTE);
  });

  it.each<[string, Script]>([
    ['the deployment does not allow it', { creates: [lost], as: { policy: { confirmFinal: true, resend: false } } }],
    ['the look-ups were made by another account', { creates: [lost], lookUps: [{ ...called, account: 'account-2' }] }],
    ['it is not known which account sent it', { creates: [killed] }],
  ])('is not sent again, and a person is asked, when %s', async (_why, script) => {
    const payout = await stand.pay({ lookUps: ['absent'], ...script });

    await payout.pass(HOUR);

    const view = await payout.view();
    expect(view).toMatchObject({ status: 'unknown', final: false });
    expect(view.attention).toBe('unknown-outcome');
    expect(payout.provider.creates).toHaveLength(1);
    expect(await payout.isOpen()).toBe(true);
  });
});

describe('while an earlier attempt is in doubt', () => {
  it('a refusal of a later attempt ends nothing: the earlier one may be paid', async () => {
    const payout = await stand.pay({
      creates: [lost, { type: 'InvalidAddress' }],
      lookUps: [...times(UNTIL_PROVEN + 1, 'absent'), 'not_confirmed', 'confirmed'],
    });

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
    expect(payout.provider.creates).toHaveLength(2);
  });

  it('a key changed meanwhile sends nothing, and a passed sendBy ends nothing', async () => {
    let absent = true;
    const script: Script = {
      creates: [lost, { type: 'OtherAccount' }],
      lookUps: [() => (absent ? 'absent' : 'confirmed')],
    };
    const payout = await stand.pay(script, await sendBy(60));

    await payout.pass(7 * MINUTE);
    expect(await payout.view()).toMatchObject({ status: 'unknown', attention: 'waiting-for-credentials' });
    await expect(payout.cancel()).rejects.toMatchObject({ cause: { type: NOT_POSSIBLE } });
    await payout.pass(HOUR);
    expect(await payout.view()).toMatchObject({ status: 'unknown', final: false });

    absent = false;
    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
  });
});

describe('a person who resolves it', () => {
  const act = { by: 'Ada', reason: 'ticket 17', evidence: 'their support says so' };
  const txid = 'bb040d895ef7141ea0b06b04227d8f5dd4ee12d5b890e6e5633f6439393a666b';
  const notPaid: ResolutionRequest = { ...act, outcome: 'notPaid' };
  const paid: ResolutionRequest = { ...act, outcome: 'confirmed', txid };

  it('is believed where the provider says nothing else: paid, and unknown to it', async () => {
    const payout = await stand.pay({ creates: [lost], lookUps: ['absent'] });
    await payout.when(({ status }) => status === 'unknown');

    const resolved = await payout.resolve(paid);

    expect(resolved).toMatchObject({ resolved: true });
    expect(await payout.ended()).toMatchObject({ status: 'confirmed', txid, final: true });
  });

  it('is refused where a fault of ours kept the provider from being asked', async () => {
    const payout = await stand.pay({ creates: [lost], lookUps: [{}] });
    await payout.when(({ status }) => status === 'unknown');

    const resolved = await payout.resolve(notPaid);

    expect(resolved).toMatchObject({ resolved: false, why: expect.stringContaining('was not asked') });
    expect(await payout.isOpen()).toBe(true);
  });

  it.each(['fails', 'hangs'])(
    'is refused within half a minute where the look-up %s: it could not be asked',
    async (how) => {
      const { opened, open } = latch();
      const failing: Failure = { type: 'ProviderFault', httpStatus: 503 };
      const lookUps: [Answer] = [how === 'fails' ? failing : () => opened.then(() => failing)];
      const payout = await stand.pay({ creates: ['processing'], lookUps });
      await payout.when(({ status }) => status === 'processing');
      const asked = await stand.environment.currentTimeMs();

      const resolved = await payout.resolve(notPaid);
      open();

      expect(resolved).toMatchObject({ resolved: false, status: 'processing', lookUp: 'could not ask' });
      expect((await stand.environment.currentTimeMs()) - asked).toBeLessThanOrEqual(31 * SECOND);
      expect(await payout.isOpen()).toBe(true);
    },
  );

  it('is refused where a callback says otherwise that has not been taken in yet, though no look-up can be made', async () => {
    const { opened: hangs, open: answer } = latch();
    const failing: Failure = { type: 'BadCredentials' };
    const payout = await stand.pay({ creates: [lost], lookUps: [() => hangs.then(() => failing), failing] });
    await payout.when(() => payout.provider.lookUps.length === 1);
    await payout.callback('confirmed');

    const resolved = await payout.resolve(notPaid);

    answer();
    expect(resolved).toMatchObject({ resolved: false, why: 'a verified callback says confirmed' });
    expect(await payout.isOpen()).toBe(true);
  });

  it('is compared with the provider’s record after Temporal’s own cancel request, too', async () => {
    const payout = await stand.pay({ creates: ['processing'], lookUps: ['not_confirmed'] });
    await payout.when(({ status }) => status === 'processing');
    await payout.handle.cancel();
    await payout.when(({ timeline }) => timeline.some(({ event }) => event === 'cancelRequested'));

    const resolved = await payout.resolve(notPaid);

    expect(resolved).toMatchObject({ resolved: false, why: expect.stringContaining('not_confirmed') });
    expect(payout.provider.lookUps).toHaveLength(1);
  });

  it('needs a transaction’s id for what was paid, else it is refused', async () => {
    const payout = await stand.pay({ creates: [lost], lookUps: ['absent'] });
    await payout.when(({ status }) => status === 'unknown');
    const action = await asSent(payout.handle, { ...paid, txid: 'ab12' });
    const resolved = payout.handle.executeUpdate(actionUpdate('resolve'), { args: [action as never] });
    await expect(resolved).rejects.toMatchObject({ cause: { message: expect.stringContaining('txid: ') } });
  });

  it('is refused, with the reason, where the provider’s own record says otherwise', async () => {
    const payout = await stand.pay({ creates: [lost], lookUps: ['not_confirmed'] });
    await payout.when(({ status }) => status === 'unknown' || status === 'processing');

    const resolved = await payout.resolve(notPaid);

    expect(resolved).toMatchObject({ resolved: false, why: expect.stringContaining('not_confirmed') });
    expect(await payout.isOpen()).toBe(true);
  });
});

const retry = { by: 'Ada', reason: 'ticket 17' };
const unpaid: ResolutionRequest = { ...retry, evidence: 'their support says so', outcome: 'notPaid' };

describe('a look-up for an operator’s resolution', () => {
  it('holds back a resend until the person has their answer', async () => {
    const { opened: hangs, open: answer } = latch();
    let asking = 0;
    const lookUp = () => {
      asking += 1;
      return asking === 6 ? hangs.then(() => 'absent') : 'absent';
    };
    const payout = await stand.pay({ creates: [lost, 'not_confirmed'], lookUps: [lookUp] });
    await payout.when(({ status }) => status === 'unknown');
    await payout.pass(5 * MINUTE + 20 * SECOND);
    expect(asking).toBe(5);

    const resolving = payout.resolve(unpaid);
    await eventually(() => Promise.resolve(asking === 6 || undefined));
    // It is proven absent by now, so that this would let it be sent again at once.
    await payout.retryNow(retry);
    await payout.view();
    answer();

    expect(await resolving).toMatchObject({ resolved: true, lookUp: 'absent' });
    expect(await payout.ended()).toMatchObject({ status: 'cancelled' });
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('proves nothing of a callback that came while it was asked', async () => {
    const { opened: hangs, open: answer } = latch();
    const { opened: isAsked, open: asked } = latch();
    let isForPerson = false;
    const lookUp = () => {
      if (!isForPerson) return 'absent';
      asked();
      return hangs.then(() => 'absent');
    };
    const payout = await stand.pay({ creates: [lost], lookUps: [lookUp] });
    await payout.when(({ status }) => status === 'unknown');
    await payout.pass(5 * MINUTE + 20 * SECOND);

    isForPerson = true;
    const resolving = payout.resolve(unpaid);
    await isAsked;
    await payout.callback('not_confirmed');
    await payout.when(({ status }) => status === 'processing');
    answer();

    expect(await resolving).toMatchObject({ resolved: false, why: expect.stringContaining('went on') });
    expect(await payout.view()).toMatchObject({ status: 'processing', final: false });
  });
});

/** So many minutes from now on the server's clock. */
async function sendBy(minutes: number): Promise<Partial<WithdrawalRequest>> {
  return { sendBy: new Date((await stand.environment.currentTimeMs()) + minutes * MINUTE).toISOString() };
}
