import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, Connection, type ConnectionLike } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { attributes } from '../../../cli/operator/doctor/doctor.js';
import { startEmbeddedTemporal, type EmbeddedTemporal } from '../../../temporal/embedded/server.js';
import { markForTrials, prepareNamespace, retentionOf } from '../../../temporal/namespace.js';
import { searchAttributeNames } from '../../../contract/search-attributes.js';
import { until } from '../../support/parent-process.js';

const { INDEXED_VALUE_TYPE_INT, INDEXED_VALUE_TYPE_KEYWORD } = proto.temporal.api.enums.v1.IndexedValueType;
const searchAttributes = ['WithdrawalProvider', 'WithdrawalStatus', 'WithdrawalCurrency'];
const dayMs = 24 * 3600_000;

let server: EmbeddedTemporal;
let connection: Connection;
let another: Connection;
beforeAll(async () => {
  server = await startEmbeddedTemporal();
  connection = await Connection.connect({ address: server.address });
  another = await Connection.connect({ address: server.address });
});
afterAll(async () => {
  await connection.close();
  await another.close();
  await server.stop();
});

async function createNamespace(namespace: string, retentionDays: number): Promise<void> {
  const workflowExecutionRetentionPeriod = msToTs(retentionDays * dayMs);
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  await until('the namespace is known', async () => {
    const counting = connection.workflowService.countWorkflowExecutions({ namespace });
    return counting.then(
      () => true,
      () => false,
    );
  });
}

/** A user's server where we may use the namespace but not administer it, as on Temporal Cloud. */
function withoutOperatorRights(): ConnectionLike {
  const denied = () => Promise.reject(Object.assign(new Error('denied'), { code: 7, details: '', metadata: {} }));
  const operatorService = { listSearchAttributes: denied, addSearchAttributes: denied };
  return Object.create(connection, { operatorService: { value: operatorService } }) as ConnectionLike;
}

describe('marking a namespace for trials', () => {
  test('is refused where there are withdrawals that may be real, and not where they came after it', async () => {
    await createNamespace('real', 1);
    await createNamespace('trials', 1);
    await markForTrials(connection, 'trials');
    for (const namespace of ['real', 'trials']) {
      const { workflow } = new Client({ connection, namespace });
      await workflow.start('withdrawal', { workflowId: 'withdrawal/w-1', taskQueue: 'outflow' });
      const counted = async () => (await workflow.count("WorkflowType = 'withdrawal'")).count === 1;
      await until('the index has it', counted);
    }

    await expect(markForTrials(connection, 'real')).rejects.toThrow(/holds 1 withdrawals that may be real/);
    await expect(markForTrials(connection, 'trials')).resolves.toBeUndefined();
  });
});

describe('preparing a namespace', () => {
  test('adds what is missing, by two processes at once, and it can be used right after', async () => {
    await createNamespace('lacking', 1);
    const needs = { searchAttributes, raiseRetentionToDays: 30 };
    await Promise.all([connection, another].map((one) => prepareNamespace(one, 'lacking', needs)));

    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'lacking' });
    expect(customAttributes).toEqual(Object.fromEntries(searchAttributes.map((n) => [n, INDEXED_VALUE_TYPE_KEYWORD])));
    expect(await retentionOf(connection, 'lacking')).toBe(30 * dayMs);

    const client = new Client({ connection, namespace: 'lacking' });
    const typedSearchAttributes = searchAttributes.map((name) => ({
      key: defineSearchAttributeKey(name, 'KEYWORD'),
      value: 'x',
    }));
    const options = { workflowId: 'withdrawal/1', taskQueue: 'outflow', typedSearchAttributes };
    await expect(client.workflow.start('withdrawal', options)).resolves.toMatchObject({ workflowId: 'withdrawal/1' });

    const started = Date.now();
    await prepareNamespace(connection, 'lacking', needs);
    expect(Date.now() - started).toBeLessThan(1000); // nothing to do, nothing to wait for
  });

  test('leaves retention alone unless asked to raise it, and never lowers it', async () => {
    await createNamespace('kept', 3);
    await prepareNamespace(connection, 'kept', { searchAttributes: [] });
    expect(await retentionOf(connection, 'kept')).toBe(3 * dayMs);
    await prepareNamespace(connection, 'kept', { searchAttributes: [], raiseRetentionToDays: 2 });
    expect(await retentionOf(connection, 'kept')).toBe(3 * dayMs);
  });

  test('refuses search attributes of another type by name', async () => {
    await createNamespace('wrong', 1);
    const wrong = { WithdrawalStatus: INDEXED_VALUE_TYPE_INT };
    await connection.operatorService.addSearchAttributes({ namespace: 'wrong', searchAttributes: wrong });
    const preparing = prepareNamespace(connection, 'wrong', { searchAttributes });
    await expect(preparing).rejects.toThrow(/exist with another type than Keyword: WithdrawalStatus\./);
  });

  test('where we may not register, is content if they are there, and else says what to run', async () => {
    await createNamespace('foreign', 1);
    const preparing = () => prepareNamespace(withoutOperatorRights(), 'foreign', { searchAttributes });
    await expect(preparing()).rejects.toThrow(
      'temporal operator search-attribute create --namespace foreign --name WithdrawalProvider --type Keyword',
    );
    await prepareNamespace(connection, 'foreign', { searchAttributes });
    await expect(preparing()).resolves.toBeUndefined();
  });
});

describe('outflow doctor', () => {
  test.each([
    ['and administer it', () => connection],
    ['and not administer it, as on Temporal Cloud', withoutOperatorRights],
  ])('says which search attributes are missing where we may use the namespace %s', async (_, connected) => {
    const namespace = `doctor-${randomUUID()}`;
    await createNamespace(namespace, 1);
    const [first = '', ...others] = searchAttributeNames;
    await prepareNamespace(connection, namespace, { searchAttributes: others });
    const look = () => attributes(connected(), namespace);
    expect(await look()).toMatchObject({
      ok: false,
      found: `missing: ${first}`,
      advice: expect.stringContaining(first),
    });
    await prepareNamespace(connection, namespace, { searchAttributes: [first] });
    expect(await look()).toMatchObject({ ok: true, found: 'all are registered' });
  });
});
