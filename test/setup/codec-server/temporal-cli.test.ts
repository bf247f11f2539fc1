import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { workflowIds, workflowQueue, workflowTypes } from '../../../contract/ids.js';
import { run } from '../../../temporal/embedded/command.js';
import type { EmbeddedTemporal } from '../../../temporal/embedded/server.js';
import { embeddedNamespace, startEmbeddedTemporal } from '../../../temporal/embedded/server.js';
import { findTemporal } from '../../../temporal/embedded/temporal-cli.js';
import { encryptedDataConverter } from '../../../temporal/encryption/data-converter.js';
import { fetched } from '../../support/callbacks.js';
import { cryptoprocessingRequest } from '../../support/requests.js';
import { codecServer, ring, tokens } from './codec-servers.js';

const request = cryptoprocessingRequest({ withdrawalId: 'w-cli' });
const workflowId = workflowIds.withdrawal('w-cli');

let temporal: EmbeddedTemporal;
beforeAll(async () => {
  temporal = await startEmbeddedTemporal({ codec: 'http://127.0.0.1:8091' });
  const connection = await Connection.connect({ address: temporal.address });
  const dataConverter = encryptedDataConverter({ ring, namespace: embeddedNamespace, reader: 'client' });
  const client = new Client({ connection, dataConverter });
  // No worker is there: what is looked at is its input.
  await client.workflow.start(workflowTypes.withdrawal, { workflowId, taskQueue: workflowQueue, args: [{ request }] });
  await connection.close();
});
afterAll(() => temporal.stop());

/** What Temporal's own CLI shows of the withdrawal's input. */
async function shown(...options: string[]): Promise<string> {
  const cli = await findTemporal(() => undefined);
  const where = ['--address', temporal.address, '--workflow-id', workflowId];
  const { code, output } = await run(cli, ['workflow', 'show', ...where, '--output', 'json', ...options], {
    timeoutMs: 60_000,
  });
  // Its JSON has payloads as base64.
  return `${String(code)} ${output.replace(/(?<="data": ")[^"]+/g, (data) => Buffer.from(data, 'base64').toString())}`;
}

describe('Temporal’s CLI', () => {
  it('shows nothing that can be read without the codec server', async () => {
    expect(await shown()).toMatch(/^0 /);
    expect(await shown()).not.toMatch(/Friedrich/);
  });

  it.each([
    ['full', '', [], /"firstName":"Friedrich"/],
    ['masked', '', [], /"firstName":"F\*\*\*"/],
    ['full', '/{namespace}', ['--namespace', embeddedNamespace], /"firstName":"Friedrich"/],
    ['masked', '/{namespace}', [], /"address":"tb1q…qwjc"/],
  ] as const)('with a %s token at …%s, %j, shows it as that may see it', async (role, path, named, expected) => {
    const { origin, log } = await codecServer({ namespace: embeddedNamespace });
    const output = await shown('--codec-endpoint', origin + path, '--codec-auth', `Bearer ${tokens[role]}`, ...named);
    expect(output).toMatch(/^0 /);
    expect(output).toMatch(expected);
    if (role === 'masked') expect(output).not.toMatch(/Friedrich|Müller|tb1qfdx/);
    expect(log.map(({ fields }) => fields['workflows'])).toContainEqual([workflowId]);
  });

  it('with a wrong token fails, after trying again and again', async () => {
    const { origin } = await codecServer({ namespace: embeddedNamespace });
    const output = await shown('--codec-endpoint', origin, '--codec-auth', 'Bearer wrong');
    expect(output).toMatch(/^1 /);
  });
});

it('the embedded UI has payloads decrypted where it is told to, and passes no token along', async () => {
  const { text } = await fetched(`${temporal.uiUrl}/api/v1/settings`);
  expect(JSON.parse(text)).toMatchObject({
    Codec: { Endpoint: 'http://127.0.0.1:8091', PassAccessToken: false, IncludeCredentials: false },
  });
});
