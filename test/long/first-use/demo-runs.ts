import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noKeys } from '../../support/encryption.js';
import { startOutflow, untilSaid, type Ran, type RunningCommand } from '../../support/outflow-command.js';

/** Three demos, each a process with processes and data of its own. */
export interface DemoRuns {
  /** Folder of each one's data, by name. */
  folder: (name: 'normal' | 'mismatched' | 'interrupted') => string;
  normal: RunningCommand;
  /** Its CryptoProcessing says that it has paid everything, and has paid nothing. */
  mismatched: RunningCommand;
  /** Ctrl-C while its withdrawals were on their way. */
  interrupted: RunningCommand;
  stop: () => Promise<void>;
}

/** Starts them one after the other, since each takes the ports that it finds free; they end by themselves. */
export async function startDemos(): Promise<DemoRuns> {
  const all = await mkdtemp(join(tmpdir(), 'outflow-demo-'));
  const folder = (name: string) => join(all, name);
  const fakeProvider = await confirmsEverything();
  const address = fakeProvider.address();
  const fakeOrigin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;

  const normal = startOutflow(['demo', '--json'], { ...noKeys, OUTFLOW_DATA_DIR: folder('normal') });
  await untilSaid(normal, /Started \(pids/);
  const env = { ...noKeys, OUTFLOW_DATA_DIR: folder('mismatched'), CRYPTOPROCESSING_BASE_URL: fakeOrigin };
  const mismatched = startOutflow(['demo', '--json'], env);
  await untilSaid(mismatched, /Started \(pids/);
  const interrupted = startOutflow(['demo'], { ...noKeys, OUTFLOW_DATA_DIR: folder('interrupted') });
  await untilSaid(interrupted, /cp-no-money/);
  interrupted.process.kill('SIGINT');

  const runs = [normal, mismatched, interrupted];
  const stop = async () => {
    for (const { process } of runs) if (process.exitCode === null) process.kill('SIGTERM');
    await Promise.all(runs.map(({ ended }) => ended));
    fakeProvider.close();
    await rm(all, { recursive: true, force: true });
  };
  return { folder, normal, mismatched, interrupted, stop };
}

/** A provider that says of every create that it is paid. */
async function confirmsEverything(): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { foreign_id, currency, amount, convert_to } = JSON.parse(body) as Record<string, string>;
      const sender = { amount, sender_amount: amount, sender_currency: currency };
      const receiver = { receiver_currency: convert_to ?? currency, receiver_amount: amount };
      const data = { id: 7, foreign_id, type: 'withdrawal', status: 'confirmed', ...sender, ...receiver };
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** The pids of a demo's processes, as it prints them. */
export function pidsOf({ stderr }: Ran): number[] {
  const printed = /Started \(pids: (.*)\)/.exec(stderr)?.[1] ?? '';
  return [...printed.matchAll(/\d+/g)].map(Number);
}
