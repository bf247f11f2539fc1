import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import type { Failure } from '../../../domain/failures.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import type { ResolutionRequest } from '../../../domain/withdrawal/operator-actions/resolve.js';
import { actionUpdate, NOT_POSSIBLE } from '../../../contract/messages.js';
import { DAY, MINUTE, SECOND, withId } from '../support/payout.js';
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
    ['the provider failed while it had it', { type: 'ProviderFault' }],
    ['the answer could not be read', { type: 'UnreadableAnswer' }],
    ['the error is in no table', { type: 'UndocumentedError' }],
    ['the reference is in use', { type: 'ReferenceInUse' }],
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

  it.each([
    ['another amount', { amount: '0.00003001' }],
    ['another address', { address: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT' }],
    ['a reference that differs in case only', { reference: 'W-OTHER' }],
  ])('is not settled by a record that isn’t ours, and a person is asked: %s', async (_what, more) => {
    const payout = await stand.pay({ creates: [lost], lookUps: [saying('confirmed', more)] });

    await payout.pass(DAY);

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

  const alternating: Answer[] = Array.from({ length: 50 }, (_, index) =>
    index % 2 === 0 ? 'absent' : saying('pending', { amount: '1' }),
  );
  it.each<[string, Script, number?]>([
    ['the deployment does not allow it', { creates: [lost], as: { policy: { confirmFinal: true, resend: false } } }],
    ['the look-ups were made by another account', { creates: [lost], lookUps: [{ ...called, account: 'account-2' }] }],
    ['it is not known which account sent it', { creates: [killed] }],
    ['the provider said that it is in use', { creates: [{ type: 'ReferenceInUse' }] }],
    ['sendBy passed before it was proven', { creates: [lost] }, 5],
    ['a record under it was seen meanwhile', { creates: [lost], lookUps: ['absent', ...alternating] }],
  ])('is not sent again, and a person is asked, when %s', async (_why, script, minutesToSend = 60) => {
    const payout = await stand.pay({ lookUps: ['absent'], ...script }, await sendBy(minutesToSend));

    await payout.pass(DAY);

    const view = await payout.view();
    expect(view).toMatchObject({ status: 'unknown', final: false });
    expect(view.attention).toMatch(/^(unknown-outcome|not-ours)$/);
    expect(payout.provider.creates).toHaveLength(1);
    expect(await payout.isOpen()).toBe(true);
  });

  it('is not sent again once a verified callback says that it ended, though no look-up finds it', async () => {
    const payout = await stand.pay({ creates: [lost], lookUps: ['absent'] });
    await payout.when(({ status }) => status === 'unknown');

    await payout.callback('confirmed');
    await payout.pass(DAY);

    const view = await payout.view();
    expect(view.final).toBe(false);
    expect(view.attention).toBeDefined();
    expect(payout.provider.creates).toHaveLength(1);
  });
});

describe('while an earlier attempt is in doubt', () => {
  it.each<[string, Answer]>([
    ['a refusal', { type: 'InvalidAddress' }],
    ['a reference in use', { type: 'ReferenceInUse' }],
    ['another lost answer', lost],
  ])('%s of a later attempt ends nothing: the earlier one may be paid', async (_what, second) => {
    const payout = await stand.pay({
      creates: [lost, second],
      lookUps: [...times(UNTIL_PROVEN + 1, 'absent'), 'not_confirmed', 'confirmed'],
    });

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
    expect(payout.provider.creates).toHaveLength(2);
  });

  it('a key changed meanwhile sends nothing, and a passed sendBy ends nothing', async () => {
    let absent = true;
    const payout = await stand.pay({
      creates: [lost, { type: 'OtherAccount' }],
      lookUps: [() => (absent ? 'absent' : 'confirmed')],
    });

    await payout.pass(7 * MINUTE);
    expect(await payout.view()).toMatchObject({ status: 'unknown', attention: 'waiting-for-credentials' });
    await expect(payout.cancel()).rejects.toMatchObject({ cause: { type: NOT_POSSIBLE } });
    await payout.pass(DAY);
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

  it.each<[string, Answer, ResolutionRequest, object]>([
    ['not paid, unknown to the provider', 'absent', notPaid, { status: 'cancelled', error: { type: 'NotPaid' } }],
    ['paid, unknown to the provider', 'absent', paid, { status: 'confirmed', txid }],
  ])('is believed where the provider says nothing else: %s', async (_what, lookUp, resolution, end) => {
    const payout = await stand.pay({ creates: [lost], lookUps: [lookUp] });
    await payout.when(({ status }) => status === 'unknown');

    const resolved = await payout.resolve(resolution);

    expect(resolved).toMatchObject({ resolved: true });
    expect(await payout.ended()).toMatchObject({ ...end, final: true });
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

  it.each([['ab12'], ['zzz zzz zzz zzz'], [''], [undefined], ['a'.repeat(129)]])(
    'needs a transaction’s id for what was paid: %j is none',
    async (wrong) => {
      const payout = await stand.pay({ creates: [lost], lookUps: ['absent'] });
      await payout.when(({ status }) => status === 'unknown');
      const resolved = payout.handle.executeUpdate(actionUpdate('resolve'), {
        args: [withId({ ...paid, txid: wrong }) as never],
      });
      await expect(resolved).rejects.toMatchObject({ cause: { message: expect.stringContaining('txid: ') } });
    },
  );

  it('is refused, with the reason, where the provider’s own record says otherwise', async () => {
    const payout = await stand.pay({ creates: [lost], lookUps: ['not_confirmed'] });
    await payout.when(({ status }) => status === 'unknown' || status === 'processing');

    const resolved = await payout.resolve(notPaid);

    expect(resolved).toMatchObject({ resolved: false, why: expect.stringContaining('not_confirmed') });
    expect(await payout.isOpen()).toBe(true);
  });
});

/** So many minutes from now on the server's clock. */
async function sendBy(minutes: number): Promise<Partial<WithdrawalRequest>> {
  return { sendBy: new Date((await stand.environment.currentTimeMs()) + minutes * MINUTE).toISOString() };
}
