import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { exits } from '../../cli/output/exit-codes.js';
import { reportingProgress } from '../../cli/operator/actions/progress.js';
import type { Outflow, WithdrawalRequest } from '../../client/index.js';
import { workflowIds } from '../../contract/ids.js';
import { beside } from '../support/beside.js';
import { useDeployment } from '../support/use-deployment.js';
import { jsonLines, outflow } from '../support/outflow-command.js';
import { root, until } from '../support/parent-process.js';
import { cryptoprocessingRequest } from '../support/requests.js';

jest.setTimeout(120_000);

/** Commands that do something with several withdrawals, and what they answer to scripts. */
const deployment = useDeployment({ simulator: { speed: 4 } });

/** It asks for ten seconds. */
const unreachable = beside(() => outflow(['get', 'w-1'], { TEMPORAL_ADDRESS: '127.0.0.1:1' }));

const by = ['--by', 'Ada', '--reason', 'test'];
const magic = { ownerDecides: '0.19101', noFunds: '0.09105' };
const request = (changes: Partial<WithdrawalRequest> = {}) =>
  cryptoprocessingRequest({ withdrawalId: `w-${randomUUID()}`, ...changes });
const run = (args: string[], input: unknown = '') =>
  outflow(args, { TEMPORAL_ADDRESS: deployment.temporal.address }, JSON.stringify(input));

function whenIt(status: string, id: string): Promise<void> {
  return until(`${id} is ${status}`, async () => (await deployment.outflow.get(id)).status === status, 30_000);
}

/** The index follows a moment later. Asked by the client: each command is a process of its own. */
async function untilListed(count: number, filter: Parameters<Outflow['list']>[0]): Promise<void> {
  await until('the index has them', async () => {
    let listed = 0;
    for await (const { withdrawalId } of deployment.outflow.list(filter)) listed += Number(withdrawalId !== '');
    return listed === count;
  });
}

it('every exit code stands in one table, which --help and the documents print', async () => {
  const codes = Object.values(exits).map(({ code }) => code);
  expect(codes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const [help, doc] = await Promise.all([run(['--help']), readFile(`${root}/docs/going-live.md`, 'utf8')]);
  const plain = help.stdout.replaceAll(/\s+/g, ' ');
  for (const { code, meaning } of Object.values(exits)) {
    expect(plain).toContain(`${code} ${meaning.replaceAll('`', '')}`);
    expect(doc).toContain(`| ${code} | ${meaning} |`);
  }
});

describe('outflow submit', () => {
  it('takes a file that isn’t there for a mistake in the command', async () => {
    const { code, stderr } = await run(['submit', '/nowhere/requests.json']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'The file was refused, and nothing was started:\n  /nowhere/requests.json: there is no such file\n',
    });
  });

  it('goes on after a conflict: each request has its line, and the exit code says that some failed', async () => {
    const known = request();
    await deployment.outflow.submit(known);
    const [other, fresh] = [{ ...known, amount: '7' }, request()];
    const json = await run(['submit', '-', '--json'], [other, fresh]);
    expect(jsonLines(json)).toEqual([
      {
        withdrawalId: known.withdrawalId,
        error: { name: 'ConflictError', message: expect.stringContaining('amount') },
      },
      { withdrawalId: fresh.withdrawalId, created: true },
    ]);
    const words = await run(['submit', '-'], [other, fresh]);
    expect(words.stdout).toMatch(
      new RegExp(`^${known.withdrawalId}: not submitted: .*amount.*\n${fresh.withdrawalId}: known already`),
    );
    expect([json.code, words.code]).toEqual([exits.someFailed.code, exits.someFailed.code]);
    expect(words.stderr).toBe('1 of 2 were not submitted.\n');
  });

  it('of one that was closed by force says so and what to do, and exits by its state', async () => {
    const asked = request({ amount: magic.ownerDecides });
    const { withdrawalId } = asked;
    await deployment.outflow.submit(asked);
    await whenIt('awaiting_approval', withdrawalId);
    await deployment.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).terminate();
    const [again, got, resolved] = await Promise.all([
      run(['submit', '-'], asked),
      run(['get', withdrawalId]),
      run(['resolve', withdrawalId, '--outcome', 'not-paid', '--evidence', 'their dashboard', ...by]),
    ]);
    for (const ran of [again, got, resolved]) {
      expect(ran.code).toBe(exits.refused.code);
      expect(ran.stderr).toMatch(/ended by force \(terminated\) while it was awaiting_approval/);
    }
    expect([again.stdout, resolved.stdout]).toEqual(['', '']);
    for (const part of [`asked +${magic.ownerDecides} BTC`, `to +${asked.address}`, 'recover w-'])
      expect(got.stdout).toMatch(new RegExp(part));
  });
});

describe('outflow list', () => {
  it('says on stderr that there are more than it shows, with --json, too; --limit all shows them', async () => {
    const batch = `b-${randomUUID()}`;
    for (let times = 0; times < 3; times++) await deployment.outflow.submit(request(), { batch });
    const listed = async (limit: string) => run(['list', '--json', '--batch', batch, '--limit', limit]);
    await untilListed(3, { batch });
    const [two, three, all] = await Promise.all([listed('2'), listed('3'), listed('all')]);
    expect([two, three, all].map((ran) => [jsonLines(ran).length, ran.stderr !== ''])).toEqual([
      [2, true],
      [3, false],
      [3, false],
    ]);
    expect(two.stderr).toMatch(/more than these 2.*--limit all/);
  });

  it('refuses a currency that is in no request’s form', async () => {
    const ran = await run(['list', '--currency', 'btc']);
    expect([ran.code, ran.stdout]).toEqual([exits.usage.code, '']);
    expect(ran.stderr).toMatch(/in capitals: BTC/);
  });
});

describe('outflow retry', () => {
  it('retries all that need a person for one reason at one provider, with a line for each', async () => {
    const ids = [];
    for (let times = 0; times < 2; times++) {
      const { withdrawalId } = await deployment.outflow.submit(request({ amount: magic.noFunds }));
      ids.push(withdrawalId);
    }
    const beside = await deployment.outflow.submit(request({ amount: magic.ownerDecides }));
    const group = ['--provider', 'cryptoprocessing', '--attention', 'waiting-for-funds'];
    for (const id of [...ids]) await whenIt('waiting', id);
    await untilListed(2, { attention: 'waiting-for-funds' });
    const ran = await run(['retry', ...group, ...by, '--json']);
    expect([ran.code, jsonLines(ran).map(({ withdrawalId }) => withdrawalId)]).toMatchObject([0, expect.anything()]);
    expect(new Set(jsonLines(ran).map(({ withdrawalId }) => withdrawalId))).toEqual(new Set(ids));
    expect(ran.stderr).toMatch(/^Retrying 2 …\n2 of 2 were retried\.\n$/);
    for (const id of ids) {
      const { timeline } = await deployment.outflow.get(id);
      expect(timeline).toContainEqual(
        expect.objectContaining({
          event: 'retryNowRequested',
          detail: { action: expect.objectContaining({ name: 'retryNow', by: 'Ada', reason: 'test' }) },
        }),
      );
    }
    const { timeline } = await deployment.outflow.get(beside.withdrawalId);
    expect(timeline.map(({ event }) => event)).not.toContain('retryNowRequested');
    for (const id of ids) await deployment.outflow.cancel(id, { by: 'Ada', reason: 'test' });
  });

  it('takes an id or a group, never half of one', async () => {
    const wrong = [['w-1', '--provider', 'alphapo'], ['--provider', 'alphapo'], []];
    for (const ran of await Promise.all(wrong.map((args) => run(['retry', ...args, ...by])))) {
      expect(ran.code).toBe(exits.usage.code);
      expect(ran.stderr).toMatch(/either an id, or both/);
    }
  });
});

it('a Temporal that cannot be reached has an exit code of its own', async () => {
  const ran = await unreachable();
  expect([ran.code, ran.stdout]).toEqual([exits.unreachable.code, '']);
  expect(ran.stderr).toMatch(/No Temporal server answers at 127\.0\.0\.1:1/);
});

it('an action in a wrong form is the input’s fault, not the state’s', async () => {
  const { withdrawalId } = await deployment.outflow.submit(request({ amount: magic.ownerDecides }));
  await whenIt('awaiting_approval', withdrawalId);
  const ran = await run(['resolve', withdrawalId, '--outcome', 'confirmed', '--txid', 'x', '--evidence', 'e', ...by]);
  expect([ran.code, ran.stderr]).toEqual([exits.usage.code, expect.stringContaining('txid: must be')]);
});

describe('what is asked while a look-up lasts', () => {
  it('is reported on stderr, with since when, again and again until it is answered', async () => {
    const said: string[] = [];
    const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    try {
      const answer = await reportingProgress(
        'cryptopay',
        async () => {
          await until('it was said twice', () => said.length >= 2);
          return 'answered';
        },
        { firstMs: 10, everyMs: 10 },
      );
      expect(answer).toBe('answered');
      const lines = said.length;
      expect(new Set(said)).toEqual(
        new Set([expect.stringMatching(/^Since 20\S+Z Cryptopay is asked what its record says; no answer yet\.\n$/)]),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(said).toHaveLength(lines);
      await reportingProgress('cryptopay', () => Promise.resolve(1));
      expect(said).toHaveLength(lines);
    } finally {
      write.mockRestore();
    }
  });
});
