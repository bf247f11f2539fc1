import { Command, InvalidArgumentError, Option } from 'commander';
import type { ListFilter } from '../../../client/index.js';
import { AbandonedError } from '../../../client/index.js';
import { exportWithdrawal } from '../../../client/stored/export.js';
import { providerNames } from '../../../domain/providers/index.js';
import { attentions } from '../../../domain/attention.js';
import { statuses } from '../../../domain/withdrawal/lifecycle.js';
import { exits, setExit } from '../../output/exit-codes.js';
import { printJson, printList } from '../../output/text.js';
import { caseIdArgument, casesAbout, showCase } from '../cases.js';
import { printOutcome } from '../outcome.js';
import { caseOutcome } from '../printing/case.js';
import { exportOutcome } from '../printing/export.js';
import { printInbox } from '../printing/inbox.js';
import { closedOutcome, viewOutcome } from '../printing/view.js';
import { withOutflow } from '../with-outflow.js';

interface Json {
  json?: true;
}

/** The commands that show withdrawals and change nothing. */
export function readCommands(): Command[] {
  return [
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
      .option('--batch <name>', 'as they were submitted under')
      .option('--needs-person', 'only those that need a person, or whose workflow was closed by force')
      .addOption(
        new Option('--attention <why>', 'only those that need a person for this').choices(Object.keys(attentions)),
      )
      .option('--limit <count>', 'how many at most, or all', count, 100)
      .option('--json', 'one JSON object per line')
      .action(list),
    new Command('inbox')
      .description('list all that needs a person, the most severe first, with the commands that deal with it')
      .option('--json', 'one JSON object per line')
      .action(inbox),
    new Command('export')
      .description(
        'show all that Temporal holds of a withdrawal, personal data included: for a customer who asks what is held',
      )
      .argument('<id>', 'its withdrawalId')
      .option('--json', 'as JSON, with all that is readable without a key')
      .action(exportAll),
  ];
}

export function showCaseCommand(): Command {
  return new Command('show')
    .description('show what a case says, what to do about it, and how to close it')
    .argument(...caseIdArgument)
    .option('--json', 'as JSON')
    .action((id: string, { json }: Json) =>
      withOutflow(async (outflow, temporal) => printOutcome(caseOutcome(await showCase(outflow, temporal, id)), json)),
    );
}

async function get(id: string, { json }: Json): Promise<void> {
  await withOutflow(async (outflow, temporal) => {
    try {
      const view = await outflow.get(id);
      printOutcome(viewOutcome(view, await casesAbout(temporal, view)), json);
    } catch (error) {
      // Nobody follows it any more: what Temporal still holds of it is all that there is.
      if (error instanceof AbandonedError) printOutcome(closedOutcome(error.known), json);
      throw error;
    }
  });
}

async function exportAll(id: string, { json }: Json): Promise<void> {
  await withOutflow(async (outflow, temporal) => {
    const held = await exportWithdrawal(temporal, id);
    const view = await outflow.get(id).catch(() => undefined); // one that nobody follows, or whose key is missing, is shown as it is held
    printOutcome(exportOutcome(held, view), json);
  });
}

async function inbox({ json }: Json): Promise<void> {
  await withOutflow(async (outflow) => printInbox(await outflow.inbox(), json));
}

async function wait(id: string, { timeout, json }: Json & { timeout?: number }): Promise<void> {
  await withOutflow(async (outflow) => {
    const view = await outflow.wait(id, timeout === undefined ? {} : { timeoutMs: timeout * 1_000 });
    printOutcome(viewOutcome(view), json);
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
