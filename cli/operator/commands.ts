import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command, InvalidArgumentError, Option } from 'commander';
import { InvalidRequestError } from '../../client/index.js';
import type { Act, ListFilter, Resolution, WithdrawalRequest } from '../../client/index.js';
import { providerNames } from '../../domain/matrix.js';
import { statuses } from '../../domain/states.js';
import { caseCommand, openCasesAbout } from './cases.js';
import { printInbox } from './printing-inbox.js';
import { printView, resolvedLines } from './printing-view.js';
import { printJson, printList } from '../printing.js';
import { actOptions } from './required.js';
import { withOutflow } from './with-outflow.js';

const NOT_CONFIRMED = 3;

/** What an operator, or a script of theirs, does with withdrawals. */
export function operatorCommands(): Command[] {
  return [
    new Command('submit')
      .description(
        'submit withdrawal requests: a JSON object, a list of them, or one per line; all are checked before the first is sent',
      )
      .argument('<file>', 'a file, or - for standard input')
      .option('--batch <name>', 'a name to list them by')
      .option('--json', 'one JSON object per line')
      .action(submit),
    new Command('get')
      .description('show a withdrawal')
      .argument('<id>', 'its withdrawalId')
      .option('--json', 'as JSON')
      .action(get),
    new Command('wait')
      .description(
        'wait until a withdrawal has ended; exit code 0 if confirmed, 3 if it ended otherwise, 4 if the time is up',
      )
      .argument('<id>', 'its withdrawalId')
      .option('--timeout <seconds>', 'how long at most', seconds)
      .option('--json', 'as JSON')
      .action(wait),
    new Command('list')
      .description('list withdrawals: those that go on, then those that have ended, the latest first')
      .addOption(new Option('--status <status>').choices(statuses))
      .addOption(new Option('--provider <provider>').choices(providerNames))
      .option('--currency <code>')
      .option('--batch <name>')
      .option('--needs-person', 'only those that need a person')
      .option('--limit <count>', 'how many at most', count, 100)
      .option('--json', 'one JSON object per line')
      .action(list),
    new Command('inbox')
      .description('list all that needs a person, the oldest first, with the command that acts')
      .option('--json', 'one JSON object per line')
      .action(inbox),
    caseCommand(),
    act('cancel', 'cancel a withdrawal of which nothing may have been sent').action(
      (id: string, { json, ...by }: Json & Act) =>
        withOutflow(async (outflow) => printView(await outflow.cancel(id, by), json)),
    ),
    act('retry', 'end a wait at once, or look it up now; never sends past an unknown outcome').action(
      (id: string, { json, ...by }: Json & Act) =>
        withOutflow(async (outflow) => printView(await outflow.retryNow(id, by), json)),
    ),
    act('resolve', 'settle a withdrawal that only a person can end, with evidence from the provider', [
      { option: new Option('--outcome <outcome>', 'what became of it').choices(['confirmed', 'not-paid']) },
      {
        option: new Option('--txid <id>', 'the transaction (required if it was paid)'),
        when: ({ outcome }) => outcome === 'confirmed',
      },
      {
        option: new Option(
          '--evidence <text>',
          'what shows it: a ticket of the provider’s support, a block explorer’s page',
        ),
      },
    ]).action(resolve),
  ];
}

/** A command by which a person acts on one withdrawal. */
function act(name: string, description: string, more: Parameters<typeof actOptions>[1] = []): Command {
  return actOptions(new Command(name).description(description).argument('<id>', 'its withdrawalId'), more);
}

interface Json {
  json?: true;
}

async function submit(file: string, { batch, json }: Json & { batch?: string }): Promise<void> {
  const requests = requestsIn(file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'));
  await withOutflow(async (outflow) => {
    outflow.check(requests);
    for (const request of requests) {
      const submitted = await outflow.submit(request, batch === undefined ? {} : { batch });
      if (json === true) printJson(submitted);
      else
        console.log(
          `${submitted.withdrawalId}: ${submitted.created ? 'submitted' : 'known already, not submitted again'}`,
        );
    }
  });
}

/** Requests as JSON, in whatever form they come. They are unknown values until the client has checked them. */
function requestsIn(source: string): WithdrawalRequest[] {
  const whole = parsed(source);
  const values: unknown[] =
    whole === undefined
      ? source
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map(lineParsed)
      : [whole].flat();
  if (values.length === 0) throw new InvalidRequestError([{ field: 'file', problem: 'holds no request' }]);
  return values as WithdrawalRequest[];
}

function lineParsed(line: string, index: number): unknown {
  const value = parsed(line);
  if (value === undefined) {
    throw new InvalidRequestError([
      { field: `line ${index + 1}`, problem: 'is not JSON; give a JSON object, a list of them, or one per line' },
    ]);
  }
  return value;
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

async function get(id: string, { json }: Json): Promise<void> {
  await withOutflow(async (outflow, temporal) => {
    const view = await outflow.get(id);
    printView(view, json, await openCasesAbout(temporal, view));
  });
}

async function inbox({ json }: Json): Promise<void> {
  await withOutflow(async (outflow) => printInbox(await outflow.inbox(), json));
}

type Found = { evidence: string } & (
  | { outcome: 'not-paid'; txid?: string }
  | { outcome: 'confirmed'; txid: string } // by its required options
);

async function resolve(id: string, { json, by, reason, evidence, ...found }: Json & Act & Found): Promise<void> {
  await withOutflow(async (outflow) => {
    const act = { by, reason, evidence };
    const resolution: Resolution =
      found.outcome === 'confirmed'
        ? { ...act, outcome: 'confirmed', txid: found.txid }
        : { ...act, outcome: 'notPaid' };
    const resolved = await outflow.resolve(id, resolution);
    if (json === true) printJson(resolved);
    else console.log(resolvedLines(id, resolved, (await outflow.get(id)).provider).join('\n'));
    if (!resolved.resolved) process.exitCode = 1;
  });
}

async function wait(id: string, { timeout, json }: Json & { timeout?: number }): Promise<void> {
  await withOutflow(async (outflow) => {
    const view = await outflow.wait(id, timeout === undefined ? {} : { timeoutMs: timeout * 1_000 });
    printView(view, json);
    if (view.status !== 'confirmed') process.exitCode = NOT_CONFIRMED;
  });
}

async function list({ json, limit, ...filter }: Json & ListFilter & { limit: number }): Promise<void> {
  await withOutflow(async (outflow) => {
    const listed = [];
    for await (const withdrawal of outflow.list(filter)) {
      if (listed.length >= limit) break;
      if (json === true) printJson(withdrawal);
      listed.push(withdrawal);
    }
    if (json !== true) printList(listed, limit);
  });
}

function seconds(value: string): number {
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(value)) throw new InvalidArgumentError('Give seconds, such as 60.');
  return Number(value);
}

function count(value: string): number {
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new InvalidArgumentError('Give a whole number from 1.');
  return Number(value);
}
