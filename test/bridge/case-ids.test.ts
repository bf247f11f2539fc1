import { randomBytes, randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { generateKey } from '../../settings/encryption-keys.js';
import { readEncryption } from '../../settings/encryption.js';
import { caseIds as idsWith } from '../../temporal/encryption/case-id.js';
import { callbackBody, post } from '../support/callbacks.js';
import { until } from '../support/parent-process.js';
import { cryptoprocessingRequest } from '../support/requests.js';
import { useDeployment } from '../support/use-deployment.js';

const encryption = readEncryption({
  OUTFLOW_ENCRYPTION_KEYS: generateKey('test'),
  OUTFLOW_HASH_KEY: randomBytes(32).toString('base64'),
});
const outflow = useDeployment({ encryption });

const outcomes = () => outflow.log.map(({ fields }) => fields['outcome']);
async function caseIds(): Promise<string[]> {
  const items = await outflow.outflow.inbox();
  return items.flatMap((item) => (item.kind === 'case' ? [item.caseId] : []));
}

it.each([
  ['its own provider', 'cryptoprocessing'],
  ['another provider', 'alphapo'],
] as const)(
  'a callback of %s that an open withdrawal sets aside is one case: sent again after its end, in other bytes, it is a duplicate',
  async (_, provider) => {
    const withdrawalId = `w-${randomUUID()}`;
    const request = cryptoprocessingRequest({ withdrawalId, amount: '0.19101' });
    await outflow.outflow.submit(request);
    await outflow.when(withdrawalId, ({ status }) => status === 'awaiting_approval');
    const before = await caseIds();
    const body = callbackBody({ foreign_id: withdrawalId, id: 4711, status: 'confirmed' });

    await post(outflow.bridge, body, {}, provider);
    await until('it is a case', async () => (await caseIds()).length === before.length + 1);
    await outflow.simulator.act(withdrawalId, 'approve');
    expect(await outflow.outflow.wait(withdrawalId)).toMatchObject({ status: 'confirmed' });
    await post(outflow.bridge, ` ${body}`, {}, provider);

    expect(outcomes().at(-1)).toBe('duplicate');
    expect(await caseIds()).toHaveLength(before.length + 1);
  },
);

it('a case that the bridge opens has the id that the key makes of it', async () => {
  const foreign_id = `nobody-${randomUUID()}`;
  await post(outflow.bridge, callbackBody({ foreign_id }));
  let found: string | undefined;
  await until('it is a case', async () => {
    for (const id of await caseIds()) if ((await outflow.outflow.case(id)).record?.reference === foreign_id) found = id;
    return found !== undefined;
  });
  const { record } = await outflow.outflow.case(found ?? '');
  expect(found).toBe(idsWith(encryption)({ record }));
});
