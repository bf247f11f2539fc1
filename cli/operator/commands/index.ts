import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command, InvalidArgumentError, Option } from 'commander';
import { concurrently } from '../../../client/concurrently.js';
import { AbandonedError, InvalidRequestError } from '../../../client/index.js';
import type {
  OperatorAction,
  Attention,
  ListFilter,
  Resolution,
  Submitted,
  WithdrawalRequest,
} from '../../../client/index.js';
import { attentions } from '../../../domain/withdrawal/attention.js';
import { omitUndefined } from '../../../domain/omit-undefined.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { capabilities, providerNames } from '../../../domain/providers/index.js';
import { statuses } from '../../../domain/withdrawal/lifecycle.js';
import { caseCommand, openCasesAbout } from './cases.js';
import { printInbox } from '../printing/inbox.js';
import { printClosed, printView, resolvedLines } from '../printing/view.js';
import { wordsOf } from '../../output/error-text.js';
import { exits, isUnreachable, setExit } from '../../output/exit-codes.js';
import { printJson, printList } from '../../output/text.js';
import { actOptions } from './required.js';
import { withOutflow } from './with-outflow.js';

/** So many are retried at once. */
const AT_ONCE = 10;
/** How long `resolve` says nothing, and how often it says that it still waits. */
const QUIET_MS = 1_000;
const STILL_MS = 10_000;

const attentionNames = Object.keys(attentions);

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
        `wait until a withdrawal has ended; exit code 0 if confirmed, ${exits.endedOtherwise.code} if it ended otherwise, ${exits.timeIsUp.code} if the time is up`,
      )
      .argument('<id>', 'its withdrawalId')
      .option('--timeout <seconds>', 'how long at most', seconds)
      .option('--json', 'as JSON')
      .action(wait),
    new Command('list')
      .description('list withdrawals: those that go on, then those that have ended, the latest first')
      .addOption(new Option('--status <status>').choices(statuses))
      .addOption(new Option('--provider <provider>').choices(providerNames))
      .option('--currency <code>', 'as the request has it, in capitals')
      .option('--batch <name>')
      .option('--needs-person', 'only those that need a person, or whose workflow was closed by force')
      .addOption(new Option('--attention <why>', 'only those that need a person for this').choices(attentionNames))
      .option('--limit <count>', 'how many at most, or all', count, 100)
      .option('--json', 'one JSON object per line')
      .action(list),
    new Command('inbox')
      .description('list all that needs a person, the gravest first, with the commands that act')
      .option('--json', 'one JSON object per line')
      .action(inbox),
    caseCommand(),
    act('cancel', 'cancel a withdrawal of which nothing may have been sent').action(
      (id: string, { json, ...by }: Json & OperatorAction) =>
        withOutflow(async (outflow) => printView(await outflow.cancel(id, by), json)),
    ),
    actOptions(
      new Command('retry')
        .description(
          'end a wait at once, or look it up now; an unknown outcome may then be sent again, once it is proven absent. Of one withdrawal, or of all that need a person for one reason',
        )
        .argument('[id]', 'its withdrawalId; or give both of:')
        .addOption(new Option('--provider <provider>', 'all of this provider').choices(providerNames))
        .addOption(new Option('--attention <why>', 'that need a person for this').choices(attentionNames)),
    ).action(retry),
    act(
      'recover',
      'go on, under the same id, with a withdrawal whose workflow was closed by force: it is looked up, and never sent first',
    ).action((id: string, { json, ...by }: Json & OperatorAction) =>
      withOutflow(async (outflow) => printView(await outflow.recover(id, by), json)),
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
  const requests = requestsIn(file === '-' ? await text(process.stdin) : await textOf(file));
  await withOutflow(async (outflow) => {
    outflow.check(requests);
    const submitted = (request: WithdrawalRequest) => outflow.submit(request, batch === undefined ? {} : { batch });
    const done = ({ withdrawalId, created }: Submitted) => {
      if (json === true) printJson({ withdrawalId, created });
      else console.log(`${withdrawalId}: ${created ? 'submitted' : 'known already, not submitted again'}`);
    };
    const [only, ...others] = requests;
    if (only !== undefined && others.length === 0) return done(await submitted(only));
    let unreachable: Error | undefined;
    const failed = await eachToItsEnd(
      requests,
      1,
      async (request) => {
        if (unreachable !== undefined) throw unreachable; // each would wait for it anew
        try {
          done(await submitted(request));
        } catch (error) {
          if (error instanceof Error && isUnreachable(error)) unreachable = error;
          throw error;
        }
      },
      ({ withdrawalId }, error) => tellFailed(withdrawalId, 'not submitted', error, json),
    );
    if (failed > 0) process.stderr.write(`${failed} of ${requests.length} were not submitted.\n`);
  });
}

/** Does something with each, whatever becomes of the others; answers how many failed, which is the exit code's matter, too. */
async function eachToItsEnd<Item>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<void>,
  tell: (item: Item, error: unknown) => void,
): Promise<number> {
  let failed = 0;
  await concurrently(items, atOnce, async (item) => {
    try {
      await act(item);
    } catch (error) {
      failed += 1;
      tell(item, error);
    }
  });
  if (failed > 0) setExit('someFailed');
  return failed;
}

/** One of several that failed: its line, as the others have theirs. */
function tellFailed(withdrawalId: string, what: string, error: unknown, json?: boolean): void {
  const message = wordsOf(error);
  const { name } = error instanceof Error ? error : new Error(message);
  if (json === true) printJson({ withdrawalId, error: { name, message } });
  else console.log(`${withdrawalId}: ${what}: ${message}`);
}

/** A file that can't be read is a mistake in the command. */
async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const problem = code === 'ENOENT' ? 'there is no such file' : `can’t be read (${code})`;
    throw new InvalidRequestError([{ field: file, problem }], 'The file');
  }
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
    try {
      const view = await outflow.get(id);
      printView(view, json, await openCasesAbout(temporal, view));
    } catch (error) {
      // Nobody follows it any more: what Temporal still tells of it is all that there is.
      if (error instanceof AbandonedError) printClosed(error.known, json);
      throw error;
    }
  });
}

async function inbox({ json }: Json): Promise<void> {
  await withOutflow(async (outflow) => printInbox(await outflow.inbox(), json));
}

interface OfGroup {
  provider?: ProviderName;
  attention?: Attention;
}

async function retry(id: string | undefined, given: Json & OperatorAction & OfGroup, command: Command): Promise<void> {
  const { json, provider, attention, ...by } = given;
  const isOne = id !== undefined && provider === undefined && attention === undefined;
  if (!isOne && (id !== undefined || provider === undefined || attention === undefined))
    command.error('error: give either an id, or both --provider and --attention');
  await withOutflow(async (outflow) => {
    if (id !== undefined) return printView(await outflow.retryNow(id, by), json);
    const ids: string[] = [];
    for await (const { withdrawalId, closed } of outflow.list(omitUndefined({ provider, attention })))
      if (closed === undefined) ids.push(withdrawalId);
    process.stderr.write(ids.length === 0 ? 'None of them needs a person for this.\n' : `Retrying ${ids.length} …\n`);
    const failed = await eachToItsEnd(
      ids,
      AT_ONCE,
      async (one) => {
        const { withdrawalId, status } = await outflow.retryNow(one, by);
        if (json === true) printJson({ withdrawalId, status });
        else console.log(`${withdrawalId}: retried, ${status}`);
      },
      (one, error) => tellFailed(one, 'not retried', error, json),
    );
    if (ids.length > 0) process.stderr.write(`${ids.length - failed} of ${ids.length} were retried.\n`);
  });
}

type Found = { evidence: string } & (
  | { outcome: 'not-paid'; txid?: string }
  | { outcome: 'confirmed'; txid: string } // by its required options
);

async function resolve(
  id: string,
  { json, by, reason, evidence, ...found }: Json & OperatorAction & Found,
): Promise<void> {
  await withOutflow(async (outflow) => {
    const act = { by, reason, evidence };
    const resolution: Resolution =
      found.outcome === 'confirmed'
        ? { ...act, outcome: 'confirmed', txid: found.txid }
        : { ...act, outcome: 'notPaid' };
    const { provider } = await outflow.get(id);
    const resolved = await sayingWhatIsAsked(provider, () => outflow.resolve(id, resolution));
    if (json === true) printJson(resolved);
    else console.log(resolvedLines(id, resolved, provider).join('\n'));
    if (!resolved.resolved) setExit('refused');
  });
}

/** A look-up comes before each settling, and may hang: what is asked and since when is told on stderr while it lasts. */
export async function sayingWhatIsAsked<Result>(
  provider: ProviderName,
  ask: () => Promise<Result>,
  { quietMs = QUIET_MS, stillMs = STILL_MS } = {},
): Promise<Result> {
  const { title, hasLookUp } = capabilities[provider];
  const since = new Date();
  const what = hasLookUp ? `${title} is asked what its record says` : 'a worker is asked to take it';
  const say = () => process.stderr.write(`Since ${since.toISOString()} ${what}; no answer yet.\n`);
  let next = setTimeout(function again() {
    say();
    next = setTimeout(again, stillMs);
  }, quietMs);
  try {
    return await ask();
  } finally {
    clearTimeout(next);
  }
}

async function wait(id: string, { timeout, json }: Json & { timeout?: number }): Promise<void> {
  await withOutflow(async (outflow) => {
    const view = await outflow.wait(id, timeout === undefined ? {} : { timeoutMs: timeout * 1_000 });
    printView(view, json);
    if (view.status !== 'confirmed') setExit('endedOtherwise');
  });
}

async function list({ json, limit, ...filter }: Json & ListFilter & { limit: number }): Promise<void> {
  await withOutflow(async (outflow) => {
    const listed = [];
    let isCut = false;
    for await (const withdrawal of outflow.list(filter)) {
      isCut = listed.length >= limit;
      if (isCut) break;
      if (json === true) printJson(withdrawal);
      listed.push(withdrawal);
    }
    if (json !== true) printList(listed);
    if (isCut) process.stderr.write(`There are more than these ${limit}: --limit all shows all.\n`);
  });
}

function seconds(value: string): number {
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(value)) throw new InvalidArgumentError('Give seconds, such as 60.');
  return Number(value);
}

function count(value: string): number {
  if (value === 'all') return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new InvalidArgumentError('Give a whole number from 1, or all.');
  return Number(value);
}
