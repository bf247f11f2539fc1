import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { workflowIds } from '../../../contract/ids.js';
import { generateKey } from '../../../settings/encryption-keys.js';
import { readEncryption } from '../../../settings/encryption.js';
import { embeddedNamespace } from '../../../temporal/embedded/server.js';
import { testKeys } from '../../support/encryption.js';
import { until } from '../../support/parent-process.js';
import { cryptoprocessingRequest } from '../../support/requests.js';
import { useDeployment } from '../../support/use-deployment.js';

/** docs/encryption.md says how such a withdrawal goes on. */
const here = useDeployment({ worker: { serving: ['cryptoprocessing'] } });

describe('a signal that names a key which nobody has', () => {
  it('holds up a withdrawal until workers and operators have any key by that name', async () => {
    const withdrawalId = `w-${randomUUID().slice(0, 8)}`;
    await here.outflow.submit(cryptoprocessingRequest({ withdrawalId, amount: '0.9107' })); // accepted, and stays so
    await here.when(withdrawalId, ({ status }) => status === 'processing');
    const workflowId = workflowIds.withdrawal(withdrawalId);
    const metadata = { encoding: 'binary/encrypted', format: '1', key: 'nobodys', workflow: workflowId };
    const payload = {
      metadata: Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text)])),
      data: Buffer.alloc(64),
    };
    await here.client.workflowService.signalWorkflowExecution({
      ...{
        namespace: embeddedNamespace,
        workflowExecution: { workflowId },
        signalName: 'callback',
        input: { payloads: [payload] },
      },
    });
    const missing = async () =>
      (await here.outflow.inbox()).flatMap((item) => ('missingKeys' in item ? item.missingKeys : []));
    await until('it is in the inbox', async () => (await missing()).includes('nobodys'), 60_000);
    const keys = {
      ...testKeys,
      OUTFLOW_ENCRYPTION_KEYS: `${testKeys.OUTFLOW_ENCRYPTION_KEYS},${generateKey('nobodys')}`,
    };
    await here.stopWorker();
    await here.encryptWith(readEncryption(keys));
    await here.startWorker();
    const view = await here.when(withdrawalId, ({ attention }) => attention !== undefined);
    expect(view).toMatchObject({ status: 'processing', attention: 'unreadable-input' });
  });
});
