import { describe, expect, test } from '@jest/globals';
import type { WithdrawalRequest } from '../../../../domain/request.js';
import type { Life } from '../life.js';
import { account, DAY, HOUR, life, MINUTE, otherAccount, SECOND, secondRun, unknownLife } from '../life.js';
import { NOW, samples } from '../../requests.js';

/** Two minutes for Temporal's repetitions, five seconds for a slow clock, ten for what is on its way. */
const QUIET = 2 * MINUTE + 15 * SECOND;

/** Its worker was killed or paused in the call: nobody said that the call is over. */
const silent = (request?: WithdrawalRequest) =>
  life(request)
    .send()
    .pass(12 * SECOND)
    .killed(account);
const at = (it: Life, time: number) => it.at(time);
const said = { by: 'Ada', reason: 'asked their support', evidence: 'ticket 4711' };
const notPaid = { ...said, outcome: 'notPaid' } as const;
const paid = { ...said, outcome: 'confirmed', txid: 'bb0411223344' } as const;

describe('an attempt whose worker did not report its end', () => {
  test('may still be written, so that absence is no evidence before it can’t be any more', () => {
    const it = at(silent().absent().pass(MINUTE).absent(), NOW + QUIET - 1)
      .absent()
      .pass(1 + 5 * MINUTE);
    expect([it.state.absence, it.mayResend]).toEqual([undefined, false]);
    expect(it.absent().pass(MINUTE).absent().mayResend).toBe(false); // three times, but over one minute only
    expect(it.pass(4 * MINUTE).absent().mayResend).toBe(true);
  });

  test('counts by when the look-up was asked, not by when it was answered', () => {
    const it = at(silent(), NOW + QUIET + HOUR);
    const asked = NOW + QUIET - 1;
    it.absent(account, asked).absent(account, asked).pass(HOUR).absent(account, asked);
    expect([it.state.absence, it.mayResend]).toEqual([undefined, false]);
  });

  test('can’t be resolved as not paid before; as confirmed it can', () => {
    const it = at(silent(), NOW + QUIET - 1);
    expect(it.problem('resolve', notPaid)).toContain(new Date(NOW + QUIET).toISOString());
    expect(it.problem('resolve', paid)).toBeUndefined();
    expect(it.problem('resolve', notPaid, it.now + 1)).toBeUndefined();
  });

  test('delays the same of a commit until it can’t be written any more', () => {
    const it = life(samples.cryptopay).send().accepted('new');
    it.commit().pass(12 * SECOND);
    expect(it.problem('resolve', notPaid, it.commitBy + 15 * SECOND - 1)).toBeDefined();
    expect(it.problem('resolve', notPaid, it.commitBy + 15 * SECOND)).toBeUndefined();
  });

  test('is waited for even where a later attempt has reported its own end', () => {
    const it = silent();
    at(it, NOW + QUIET).absentOver(5 * MINUTE);
    it.send().pass(SECOND).killed(account);
    expect(it.problem('resolve', notPaid)).toBeDefined();
  });
});

describe('an attempt that reported its end', () => {
  test('needs no such wait', () => {
    const it = unknownLife();
    expect(it.problem('resolve', notPaid)).toBeUndefined();
    expect(it.absentOver(5 * MINUTE).mayResend).toBe(true);
  });

  test('is not proven absent by a look-up that was asked while it was under way', () => {
    const it = life().send();
    const askedAt = it.now;
    it.absent(account, askedAt).pass(SECOND).failed('NoAnswer').absent(account, askedAt);
    expect(it.state.absence).toBeUndefined();
  });
});

describe('no attempt is written', () => {
  test('more than two minutes after it was scheduled, nor after sendBy', () => {
    expect(life().next).toMatchObject({ do: 'create', input: { notAfter: NOW + 2 * MINUTE } });
    const late = life({ ...samples.cryptoprocessing, sendBy: new Date(NOW + MINUTE).toISOString() });
    expect(late.next).toMatchObject({ do: 'create', input: { notAfter: NOW + MINUTE } });
  });
});

describe('a run that Reset made', () => {
  const reset = (request?: WithdrawalRequest) => life(request).send().reset();

  test('sends nothing: what the run before it may have sent is in doubt, and a person is asked', () => {
    const it = reset();
    expect(it.view).toMatchObject({ status: 'unknown', attention: 'earlier-run', final: false });
    expect(it.isCancellable).toBe(false);
    expect(it.found('confirmed').status).toBe('confirmed');
  });

  test('sends again only what is proven absent since, and only once a person says so', () => {
    const it = reset();
    it.absentOver(QUIET - 1).absentOver(5 * MINUTE);
    expect([it.mayResend, it.pass(DAY / 2).absent().mayResend]).toEqual([false, false]);
    expect(it.attention).toBe('earlier-run');
    expect(it.retryNow().mayResend).toBe(true);
    expect(it.next).toMatchObject({ do: 'create', input: { onlyAs: account, settlingRun: secondRun } });
  });

  test('keeps asking for a person while it is in doubt, also when what is sent again is refused for now', () => {
    const it = reset()
      .pass(QUIET)
      .absentOver(5 * MINUTE)
      .retryNow();
    expect(it.send().attention).toBe('earlier-run');
    expect([it.failed('NotEnoughFunds').status, it.attention]).toEqual(['unknown', 'earlier-run']);
    expect([it.found('processing').status, it.attention]).toEqual(['processing', undefined]);
  });

  test('releases nothing by a retry while it is not proven absent', () => {
    const it = reset().absentOver(HOUR, otherAccount).absent().retryNow();
    expect(it.mayResend).toBe(false);
  });

  test.each([samples.alphapo, samples.cryptocloud])(
    'never sends again where references may repeat: $provider',
    (request) => {
      const it = reset(request);
      it.policy = { confirmFinal: true, resend: false };
      it.pass(QUIET).absentOver(HOUR).retryNow();
      expect([it.mayResend, it.status]).toEqual([false, 'unknown']);
    },
  );

  test('voids what was seen of earlier attempts', () => {
    const it = unknownLife().absentOver(HOUR);
    expect(it.mayResend).toBe(true);
    it.reset();
    expect([it.mayResend, it.state.absence]).toEqual([false, undefined]);
  });

  test('does not expire at sendBy: it waits for proof or a person', () => {
    const it = life().pass(2 * DAY);
    it.reset().runChecked();
    expect(it.status).toBe('unknown');
  });

  test('is not settled by a window that passed: the run before it may have committed', () => {
    const it = life(samples.cryptopay).send().accepted('new').pass(HOUR);
    expect(it.due().mayCommit).toBe(false); // left to expire
    it.reset();
    expect(it.found('new').view).toMatchObject({ status: 'awaiting_commit', final: false });
  });

  test('commits nothing that a look-up finds: the run before it may have', () => {
    const it = reset(samples.cryptopay).found('new');
    expect([it.status, it.mayCommit]).toEqual(['awaiting_commit', false]);
    expect(it.found('completed').status).toBe('confirmed');
  });

  test('no longer asks to fund the account: another send is not what it waits for', () => {
    const it = life().send().failed('NotEnoughFunds');
    expect(it.view.error).toMatchObject({ type: 'NotEnoughFunds' });
    it.reset();
    expect([it.status, it.view.error]).toEqual(['unknown', undefined]);
  });

  test('leaves an end as it is', () => {
    const it = life().send().failed('InvalidAddress');
    it.reset();
    expect(it.view).toMatchObject({ status: 'refused', final: true });
  });
});

describe('a withdrawal recovered after its workflow was closed by force', () => {
  const closedAt = new Date(NOW - MINUTE).toISOString();
  const recovery = { by: 'Ada', reason: 'terminated by mistake', closedAt };

  test('is in doubt from its start, looked up at once, and never sent by itself', () => {
    const it = life().recovered(recovery);
    expect(it.view).toMatchObject({ status: 'unknown', attention: 'earlier-run' });
    expect(it.lookUpAt - it.now).toBeLessThanOrEqual(SECOND);
    it.pass(QUIET).absentOver(HOUR);
    expect(it.mayResend).toBe(false);
    expect(it.retryNow().mayResend).toBe(true);
  });

  test('counts the two minutes in which the earlier one may have sent from its close', () => {
    const it = life().recovered(recovery);
    expect(it.problem('resolve', notPaid, NOW + MINUTE + 15 * SECOND - 1)).toBeDefined();
    expect(it.problem('resolve', notPaid, NOW + MINUTE + 15 * SECOND)).toBeUndefined();
  });

  test('knows the provider’s id of it, so that another withdrawal is not taken for it', () => {
    const it = life().recovered({ ...recovery, providerId: '7' });
    expect(it.view).toMatchObject({ status: 'unknown', providerId: '7' }); // a person asks there by it
    expect(it.found('confirmed').view).toMatchObject({ status: 'unknown', attention: 'not-ours' });
    expect(it.found('confirmed', { providerId: '7' }).status).toBe('confirmed');
  });

  test('is not sent again, not even by a retry, if the request breaks a rule of today', () => {
    const it = life(samples.cryptoprocessing, 'address: is wrong').recovered(recovery);
    expect(it.pass(QUIET).absentOver(HOUR).retryNow().mayResend).toBe(false);
  });
});

describe('an outcome that stays unknown', () => {
  const again = (it: Life) =>
    it
      .absentOver(5 * MINUTE)
      .send()
      .failed('UndocumentedError');

  test('is sent again twice by itself; then a person is asked, and a retry is worth one more', () => {
    const it = again(unknownLife());
    expect(it.absentOver(5 * MINUTE).mayResend).toBe(true);
    it.send().failed('UndocumentedError');
    expect(it.attention).toBe('unknown-outcome');
    expect(
      it
        .absentOver(5 * MINUTE)
        .pass(DAY / 4)
        .absent().mayResend,
    ).toBe(false);
    expect(it.retryNow().mayResend).toBe(true);
    it.send().failed('UndocumentedError');
    expect(it.absentOver(5 * MINUTE).mayResend).toBe(false);
  });

  test('is then looked up ever more rarely, up to hourly', () => {
    const it = again(again(unknownLife()));
    const waits = Array.from({ length: 20 }, () => {
      const wait = it.passUntilLookUp();
      it.absent();
      return wait;
    });
    expect(waits.slice(-5)).toEqual(Array(5).fill(HOUR));
  });
});
