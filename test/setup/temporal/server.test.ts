import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { startEmbeddedTemporal, type EmbeddedTemporal } from '../../../temporal/embedded/server.js';
import { temporalCommand } from '../../../temporal/embedded/temporal-command.js';
import { retentionOf } from '../../../temporal/namespace.js';
import { built } from '../../support/built.js';
import { isAlive, startParent, until } from '../../support/parent-process.js';

const status = defineSearchAttributeKey('WithdrawalStatus', 'KEYWORD');
const dayMs = 24 * 3600_000;

let folder: string;
const running: { stop(): Promise<unknown> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-embedded-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Parameters<typeof startEmbeddedTemporal>[0]): Promise<EmbeddedTemporal> {
  const server = await startEmbeddedTemporal(options);
  running.push(server);
  return server;
}

async function connect(server: EmbeddedTemporal): Promise<Client> {
  const connection = await Connection.connect({ address: server.address });
  running.push({ stop: () => connection.close() });
  return new Client({ connection });
}

/** A workflow that no worker will take up; enough to see what the server keeps. */
async function startWorkflow(client: Client, workflowId: string): Promise<void> {
  const typedSearchAttributes = [{ key: status, value: 'waiting' }];
  await client.workflow.start('withdrawal', { workflowId, taskQueue: 'outflow', typedSearchAttributes });
}

async function listed(client: Client, query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

describe('the embedded Temporal server', () => {
  test('answers at once with search attributes, 30 days of retention and the UI', async () => {
    const server = await start({ searchAttributes: ['WithdrawalStatus'] });
    const client = await connect(server);
    await startWorkflow(client, 'withdrawal/1');
    await until('it is listed', async () => (await listed(client, `WithdrawalStatus = 'waiting'`)).length === 1);
    expect(await retentionOf(client.connection, 'default')).toBe(30 * dayMs);
    const page = await fetch(server.uiUrl);
    expect(page.status).toBe(200);
    expect(server.uiUrl).toBe(`http://127.0.0.1:${server.uiPort}`);
  });

  test('keeps everything in its data file through kill -9, in a folder that it makes', async () => {
    const dataFile = join(folder, 'data', 'temporal.sqlite');
    const first = await start({ dataFile, searchAttributes: ['WithdrawalStatus'] });
    await startWorkflow(await connect(first), 'withdrawal/kept');
    process.kill(first.pid, 'SIGKILL');
    expect(await first.exited).toMatchObject({ signal: 'SIGKILL' });

    const { port, uiPort } = first;
    const second = await start({ dataFile, port, uiPort, searchAttributes: ['WithdrawalStatus'] });
    const client = await connect(second);
    const { status: kept } = await client.workflow.getHandle('withdrawal/kept').describe();
    expect(kept.name).toBe('RUNNING');
    await until('it is listed', async () => (await listed(client, `WithdrawalStatus = 'waiting'`)).length === 1);
  });

  test('adds search attributes to data from before they were needed', async () => {
    const dataFile = join(folder, 'temporal.sqlite');
    await (await start({ dataFile })).stop();
    const client = await connect(await start({ dataFile, searchAttributes: ['WithdrawalStatus'] }));
    await startWorkflow(client, 'withdrawal/1');
    await until('it is listed', async () => (await listed(client, `WithdrawalStatus = 'waiting'`)).length === 1);
  });

  test.each([
    ['port', "Temporal's port, 127.0.0.1:%d, is in use"],
    ['uiPort', "the port of Temporal's UI, 127.0.0.1:%d, is in use"],
  ])('refuses a %s that is in use, by its number', async (option, message) => {
    const taken = await occupiedPort();
    const starting = startEmbeddedTemporal({ [option]: taken });
    await expect(starting).rejects.toThrow(message.replace('%d', String(taken)));
  });

  test('that ends at once is reported with its last lines', async () => {
    const starting = startEmbeddedTemporal({ dataFile: '/dev/null' });
    await expect(starting).rejects.toThrow(/^Temporal ended at once\. Its last lines:\n.*level=ERROR/s);
  });

  test('does not outlive what started it, killed with -9', async () => {
    const parent = startParent(`
      import { startEmbeddedTemporal } from '${built('temporal/embedded/server.ts')}';
      const { pid, port } = await startEmbeddedTemporal();
      console.log(JSON.stringify({ pid, port }));
      setInterval(() => undefined, 1000);
    `);
    const { pid } = (await parent.line()) as { pid: number };
    expect(isAlive(pid)).toBe(true);
    parent.process.kill('SIGKILL');
    await until('the server is gone', () => !isAlive(pid));
  });

  test('runs with quick settings, or as shipped where that is to be tested', () => {
    const options = { executable: '/bin/temporal', port: 1, uiPort: 2 };
    const settings = (args: string[]) => args.filter((_, i) => args[i - 1] === '--dynamic-config-value');
    expect(settings(temporalCommand(options).args)).toEqual([
      'history.transferProcessorMaxPollRPS=10000',
      'matching.numTaskqueueReadPartitions=1',
      'matching.numTaskqueueWritePartitions=1',
    ]);
    expect(settings(temporalCommand({ ...options, asShipped: true }).args)).toEqual([]);
  });
});

async function occupiedPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push({ stop: () => new Promise((resolve) => server.close(resolve)) });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
