import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect, it } from '@jest/globals';
import { ConflictError, InvalidRequestError, StaleRequestError, type WithdrawalRequest } from '../../client/index.js';
import { workflowIds } from '../../contract/ids.js';
import { useDeployment } from '../support/use-deployment.js';
import { cryptoprocessingRequest } from '../support/requests.js';

const HOUR = 3_600_000;

const deployment = useDeployment({ simulator: { speed: 4 } });

const newId = () => `w-${randomUUID()}`;
const request = (changes: Partial<WithdrawalRequest> = {}) =>
  cryptoprocessingRequest({ withdrawalId: newId(), ...changes });
const submit = (asked: WithdrawalRequest) => deployment.outflow.submit(asked);

/** Whether Temporal knows any run of it. */
async function isStarted({ withdrawalId }: WithdrawalRequest): Promise<boolean> {
  const known = await refusal(deployment.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).describe());
  if (known instanceof Error && !(known instanceof WorkflowNotFoundError)) throw known;
  return !(known instanceof Error);
}

async function refusal(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => 'not refused',
    (error: unknown) => error,
  );
}

describe('the same request, submitted again,', () => {
  it('is one withdrawal, paid once, while it runs and after its end', async () => {
    const asked = request();
    const { withdrawalId } = asked;
    expect(await submit(asked)).toEqual({ withdrawalId, created: true });
    expect(await submit(asked)).toEqual({ withdrawalId, created: false });
    expect(await deployment.outflow.wait(withdrawalId)).toMatchObject({ status: 'confirmed' });
    expect(await submit(asked)).toEqual({ withdrawalId, created: false });
    expect(await deployment.simulator.ledger(withdrawalId)).toMatchObject([{ debits: 1 }]);
    expect(await deployment.simulator.creates(withdrawalId)).toHaveLength(1);
  });

  it('is one withdrawal, paid once, when twenty submit it at the same moment', async () => {
    const asked = request();
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(asked)));
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(await deployment.outflow.wait(asked.withdrawalId)).toMatchObject({ status: 'confirmed' });
    expect(await deployment.simulator.ledger(asked.withdrawalId)).toMatchObject([{ debits: 1 }]);
    expect(await deployment.simulator.creates(asked.withdrawalId)).toHaveLength(1);
  });

  it.each<[string, Partial<WithdrawalRequest>]>([
    ['its amount written otherwise', { amount: '1.00' }],
    ['another requestedAt', { requestedAt: new Date(Date.now() - 60_000).toISOString() }],
    ['another sendBy', { sendBy: new Date(Date.now() + HOUR).toISOString() }],
  ])('is no conflict with %s', async (_, changes) => {
    const asked = request({ amount: '1.0' });
    await submit(asked);
    expect(await submit({ ...asked, ...changes })).toMatchObject({ created: false });
  });

  it('is no conflict with its fields in another order', async () => {
    const asked = request();
    await submit(asked);
    const reversed = Object.fromEntries(Object.entries(asked).reverse()) as unknown as WithdrawalRequest;
    expect(await submit(reversed)).toMatchObject({ created: false });
  });
});

describe('another request under an id that was used', () => {
  const other: Partial<WithdrawalRequest> = {
    amount: '0.00003001',
    address: 'tb1qurv0m4ufsj8xqejvmn0y43kqew33kvqrrxswgm',
    tag: '7',
    sender: { type: 'legal', legalName: 'Example AG', countryOfRegistration: 'DEU' },
  };

  it('is a conflict that names the fields and no value, and the first one stands, also after its end', async () => {
    const asked = request();
    await submit(asked);
    const whileOpen = await refusal(submit({ ...asked, ...other }));
    await deployment.outflow.wait(asked.withdrawalId);
    const afterTheEnd = await refusal(submit({ ...asked, ...other }));

    for (const error of [whileOpen, afterTheEnd] as ConflictError[]) {
      expect(error).toBeInstanceOf(ConflictError);
      expect(error.withdrawalId).toBe(asked.withdrawalId);
      expect(error.fields.toSorted()).toEqual(['address', 'amount', 'sender.legalName', 'tag']);
      expect(error.message).not.toMatch(/tb1q|0\.0000300|Example/);
    }
    expect(await deployment.simulator.ledger(asked.withdrawalId)).toMatchObject([{ amount: asked.amount, debits: 1 }]);
  });

  it('loses against twenty others at the same moment: one content is paid', async () => {
    const asked = request();
    const all = Array.from({ length: 20 }, (_, index) => ({ ...asked, amount: `0.0000400${index % 4}` }));
    const outcomes = await Promise.allSettled(all.map(submit));
    await deployment.outflow.wait(asked.withdrawalId);
    const rows = await deployment.simulator.ledger(asked.withdrawalId);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(rows).toMatchObject([{ debits: 1 }]);
    const paid = outcomes.findIndex((one) => one.status === 'fulfilled' && one.value.created);
    expect(rows[0]?.amount).toBe(all[paid]?.amount);
  });
});

it('two ids that differ in case only are two withdrawals', async () => {
  const withdrawalId = `Case-${randomUUID()}-x`;
  const ids = [withdrawalId, withdrawalId.toLowerCase()];
  for (const id of ids) expect(await submit(request({ withdrawalId: id }))).toMatchObject({ created: true });
  for (const id of ids)
    expect(await deployment.outflow.wait(id)).toMatchObject({ withdrawalId: id, status: 'confirmed' });
  for (const id of ids) expect(await deployment.simulator.ledger(id)).toMatchObject([{ debits: 1 }]);
});

describe('a request with mistakes', () => {
  it('is refused with every one of them listed by field, and nothing is started', async () => {
    const wrong = {
      ...request({ amount: '1e3', address: 'bad', requestedAt: 'yesterday', currency: 'btc' }),
      receiver: { type: 'natural', firstName: ' ', lastName: 'Müller', dateOfBirth: '1995-02-30' },
      convertto: 'EUR',
      cryptopay: {},
    } as unknown as WithdrawalRequest;
    const error = (await refusal(submit(wrong))) as InvalidRequestError;
    expect(error).toBeInstanceOf(InvalidRequestError);
    const fields = [
      'address',
      'amount',
      'convertto',
      'cryptopay',
      'currency',
      'receiver.dateOfBirth',
      'receiver.firstName',
      'requestedAt',
    ];
    expect(error.violations.map(({ field }) => field).toSorted()).toEqual(fields);
    for (const { field, problem } of error.violations) expect(error.message).toContain(`${field}: ${problem}`);
    expect(error.message).not.toMatch(/1e3|Müller|yesterday|1995/);
    expect(await isStarted(wrong)).toBe(false);
  });

  it.each([undefined, null, 'w-1', [], 7])('is refused where it is none at all: %j', async (value) => {
    expect(await refusal(submit(value as unknown as WithdrawalRequest))).toBeInstanceOf(InvalidRequestError);
  });

  it('is refused where it may be sent for longer than Temporal remembers', async () => {
    const asked = request();
    const at = (ms: number) => new Date(Date.parse(asked.requestedAt) + ms).toISOString();
    const tooLate = { ...asked, sendBy: at(deployment.longestMs + 1_000) };
    expect(await refusal(submit(tooLate))).toMatchObject({ violations: [{ field: 'sendBy' }] });
    expect(await isStarted(tooLate)).toBe(false);
    expect(await submit({ ...asked, sendBy: at(deployment.longestMs) })).toMatchObject({ created: true });
    expect(await isStarted(asked)).toBe(true);
  });

  it('among others is named by its place and its id, and none of them is submitted', () => {
    const [, second, third] = [request(), request({ amount: '0' }), request({ currency: '' })];
    const { withdrawalId: two } = second;
    const { withdrawalId: three } = third;
    expect(() => deployment.outflow.check([request(), second, third])).toThrow(
      new RegExp(`request 2 \\(${two}\\): amount: .*\n.*request 3 \\(${three}\\): currency: `),
    );
    expect(() => deployment.outflow.check([second])).toThrow(
      new RegExp(`^The request of ${two} was refused.*\n +amount: `),
    );
    expect(() => deployment.outflow.check([request({ withdrawalId: 'not an id' })])).toThrow(
      /^The request was refused/,
    );
  });
});

describe('a request past its sendBy', () => {
  it('is refused as stale, and nothing is started, if Temporal knows no earlier run of it', async () => {
    const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
    const late = request({ requestedAt: ago(24 * HOUR + 1_000) });
    const soonLate = request({ requestedAt: ago(2 * HOUR), sendBy: ago(HOUR) });
    for (const asked of [late, soonLate]) {
      expect(await refusal(submit(asked))).toBeInstanceOf(StaleRequestError);
      expect(await isStarted(asked)).toBe(false);
      expect(await deployment.simulator.creates(asked.withdrawalId)).toEqual([]);
    }
  });

  it('is the earlier withdrawal if Temporal knows one, and a conflict if that asks for other things', async () => {
    const asked = request();
    await submit(asked);
    const tomorrow = deployment.outflowAt(Date.now() + 25 * HOUR);
    expect(await tomorrow.submit(asked)).toEqual({ withdrawalId: asked.withdrawalId, created: false });
    const otherwise = tomorrow.submit({ ...asked, amount: '0.5' });
    expect(await refusal(otherwise)).toMatchObject({ name: 'ConflictError', fields: ['amount'] });
  });
});
