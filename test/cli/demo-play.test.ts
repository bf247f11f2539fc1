import { describe, expect, it } from '@jest/globals';
import { play, type PlayOptions } from '../../cli/demo/play.js';
import type { Scenario } from '../../cli/demo/scenarios.js';
import { NotFoundError, type Outflow, type WithdrawalView } from '../../client/index.js';
import { askedOf } from '../../domain/withdrawal/view.js';
import { cryptoprocessingRequest } from '../support/requests.js';

const request = cryptoprocessingRequest({ withdrawalId: 'w-1' });
const scenario: Scenario = { title: 'a payout', request, expected: { status: 'confirmed' } };
const processing: WithdrawalView = { ...askedOf(request), status: 'processing', final: false, timeline: [] };
const confirmed: WithdrawalView = { ...processing, status: 'confirmed', final: true };

/** A client that answers these one after the other, and then the last for ever. */
function client(...given: (WithdrawalView | Error)[]): PlayOptions['outflow'] & { asked: () => number } {
  let asked = 0;
  const get = (): ReturnType<Outflow['get']> => {
    const answer = given[Math.min(asked, given.length - 1)];
    asked += 1;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? processing);
  };
  const submit = () => Promise.resolve({ withdrawalId: request.withdrawalId, created: true });
  return { submit, get, asked: () => asked };
}

const options = (outflow: PlayOptions['outflow'], signal = new AbortController().signal): PlayOptions => ({
  ...{ outflow, control: 'http://127.0.0.1:9', show: () => undefined, signal },
  ...{ timeoutMs: 200, lookEveryMs: 5 },
});

describe('a scenario of the demo', () => {
  it('goes on looking after a query that timed out and a connection that was shut down', async () => {
    const outflow = client(
      new Error('Deadline exceeded'),
      processing,
      new Error('Channel has been shut down'),
      confirmed,
    );
    expect(await play(scenario, options(outflow))).toMatchObject({ view: { status: 'confirmed' }, problems: [] });
  });

  it('is submitted again where Temporal did not answer: it is one withdrawal', async () => {
    let tries = 0;
    const submit = () =>
      (tries += 1) < 3
        ? Promise.reject(new Error('14 UNAVAILABLE'))
        : Promise.resolve({ withdrawalId: 'w-1', created: false });
    expect(await play(scenario, options({ ...client(confirmed), submit }))).toMatchObject({ problems: [] });
    expect(tries).toBe(3);
  });

  it('fails with the last error as its reason once its time is over', async () => {
    const failing = await play(scenario, options(client(new Error('14 UNAVAILABLE'))));
    expect(failing).toMatchObject({ view: { status: 'received' }, problems: ['14 UNAVAILABLE'] });
    expect((await play(scenario, options(client(processing)))).problems).toEqual(['it did not end']);
  });

  it('fails at once by what Outflow itself answers', async () => {
    const outflow = client(new NotFoundError('w-1'));
    const { problems } = await play(scenario, { ...options(outflow), timeoutMs: 60_000 });
    expect(problems).toEqual([expect.stringMatching(/^No withdrawal w-1 is known/)]);
    expect(outflow.asked()).toBe(1);
  });

  it('ends when the demo is interrupted', async () => {
    const interrupted = AbortSignal.abort();
    const played = await play(scenario, { ...options(client(processing), interrupted), timeoutMs: 60_000 });
    expect(played.problems).toEqual(['it did not end']);
  });
});
