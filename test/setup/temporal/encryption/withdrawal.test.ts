import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { fieldsOf } from '../../../../domain/validation/fields.js';
import { embeddedNamespace } from '../../../../temporal/embedded/server.js';
import { testBundle } from '../../../support/built.js';
import type { Deployment } from '../../../support/deployment.js';
import { noEncryption, testConverter } from '../../../support/encryption.js';
import { callbackBody, post } from '../../../support/callbacks.js';
import { cryptoprocessingRequest, cryptocloudRequest } from '../../../support/requests.js';
import { useDeployment } from '../../../support/use-deployment.js';

/** Words of a request that are nowhere else: a customer's data. */
function canaries() {
  const word = (name: string) => `${name}${randomBytes(6).toString('hex').replace(/\d/g, 'x')}`;
  return {
    ...{ endUserReference: word('customer-'), firstName: word('Ana'), lastName: word('Sendersson') },
    ...{ dateOfBirth: '1971-03-09', email: `${word('ana')}@example.com`, legalName: word('Receiver') },
    address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc',
  };
}

/** A withdrawal whose personal data are the canaries. */
function requestWith(
  { endUserReference, address, legalName, ...sender }: ReturnType<typeof canaries>,
  withdrawalId: string,
) {
  return cryptoprocessingRequest({
    ...{ withdrawalId, endUserReference, address },
    sender: { type: 'natural', ...sender },
    receiver: { type: 'legal', legalName, countryOfRegistration: 'DEU' },
  });
}

/** All that the server holds of every workflow. */
async function stored({ client }: Deployment): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const execution = { namespace: embeddedNamespace, execution: { workflowId, runId } };
    all.push(await handle.fetchHistory(), await client.workflowService.describeWorkflowExecution(execution));
  }
  return all;
}

/** What anybody reads in it who has no key. */
function readable(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(readable).join('\n');
}

/** Every payload in it that is not encrypted, but for search attributes, which the server must read. */
function payloadsInClear(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const { encoding } = fieldsOf(fieldsOf(value)?.['metadata']) ?? {};
  if (encoding instanceof Uint8Array) return readable(encoding) === 'binary/encrypted' ? [] : [readable(value)];
  return Object.entries(value).flatMap(([name, inner]) => (name === 'searchAttributes' ? [] : payloadsInClear(inner)));
}

/** Which of these stand in a text. */
const found = (text: string, words: object) =>
  Object.values(words).filter((word): word is string => typeof word === 'string' && text.includes(word));

/** Pays one withdrawal with these canaries, from the request over the provider's callback to the result. */
async function paid(deployment: Deployment, words: ReturnType<typeof canaries>): Promise<void> {
  const withdrawalId = `w-${randomBytes(4).toString('hex')}`;
  await deployment.outflow.submit(requestWith(words, withdrawalId));
  expect(await deployment.outflow.wait(withdrawalId)).toMatchObject({ status: 'confirmed', address: words.address });
}

describe('with encryption on', () => {
  const deployment = useDeployment({ worker: { serving: ['cryptoprocessing', 'cryptocloud'] } });

  it('a withdrawal is paid, from the request over the callback to the result, and Temporal holds nothing of it in clear', async () => {
    const words = canaries();
    await paid(deployment, words);

    const all = await stored(deployment);
    expect(readable(all)).toContain('binary/encrypted');
    expect(found(readable(all), words)).toEqual([]);
    expect(payloadsInClear(all)).toEqual([]);
  });

  it('its history replays with the key', async () => {
    const { workflow } = deployment.client;
    const options = { workflowBundle: testBundle, ...testConverter('replay') };
    for await (const { workflowId } of workflow.list({ query: "WorkflowType = 'withdrawal'" }))
      await Worker.runReplayHistory(options, await workflow.getHandle(workflowId).fetchHistory(), workflowId);
  });

  it('a rate limiter grants its slots, and what was submitted is compared with what is submitted again', async () => {
    const request = cryptocloudRequest({ withdrawalId: 'w-limited' });
    await deployment.outflow.submit(request);
    await deployment.when('w-limited', ({ status }) => status === 'processing');
    expect(await deployment.outflow.submit(request)).toMatchObject({ created: false });
    await expect(deployment.outflow.submit({ ...request, amount: '16' })).rejects.toThrow(/amount/);
  });

  it('a case holds its callback encrypted', async () => {
    const words = { reference: `nobody-${randomBytes(6).toString('hex')}`, user: 'user_nobodyxyz' };
    const reply = await post(deployment.bridge, callbackBody({ foreign_id: words.reference }));
    expect(reply.status).toBe(200);
    const [item] = await deployment.outflow.inbox();
    if (item?.kind !== 'case') throw new Error('there is no case');
    expect(JSON.stringify(await deployment.outflow.case(item.caseId))).toContain(words.reference);
    expect(found(readable(await stored(deployment)), words)).toEqual([]);
  });
});

describe('with encryption off', () => {
  const deployment = useDeployment({ encryption: noEncryption });

  it('the same search finds all of it: it can fail', async () => {
    const words = canaries();
    await paid(deployment, words);
    expect(found(readable(await stored(deployment)), words)).toEqual(Object.values(words));
  });
});
