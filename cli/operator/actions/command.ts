import { Command, Option } from 'commander';
import type { Attention, ActionRequest, Outflow } from '../../../client/index.js';
import { omitUndefined } from '../../../domain/omit-undefined.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { providerNames } from '../../../domain/providers/index.js';
import { attentions } from '../../../domain/attention.js';
import { caseIdArgument } from '../cases.js';
import { printOutcome } from '../outcome.js';
import { forEach, reportFailure } from '../several.js';
import { withOutflow } from '../with-outflow.js';
import { exitsInShort } from '../../output/exit-codes.js';
import { printJson, wrapped } from '../../output/text.js';
import { withRequired } from './required.js';
import type { ActionOption, ActionToAll, OperatorActionRow } from './row.js';

/** So many withdrawals are acted on at once. */
const AT_ONCE = 10;

/** Who acts and why: every action takes them. */
const whoAndWhy: readonly ActionOption[] = [
  { flags: '--by <name>', description: 'who does it' },
  { flags: '--reason <text>', description: 'why' },
];

interface Given extends ActionRequest {
  json?: true;
}

/** The options that stand for an id where an action is done to all of a group. */
interface Group {
  provider?: ProviderName;
  attention?: Attention;
}

/** The command of an operator's action; `name` is the last word of what is typed. */
export function actionCommand(name: string, row: OperatorActionRow): Command {
  const command = new Command(name).description(row.description);
  if (row.on === 'case') command.argument(...caseIdArgument);
  else if (row.toAll === undefined) command.argument('<id>', 'its withdrawalId');
  else addGroup(command);
  withRequired(command, [...(row.options ?? []), ...whoAndWhy]).option('--json', 'as JSON');
  command.addHelpText('after', ['', ...wrapped(`Exit codes: ${exitsInShort(row.exits)}`, '  ')].join('\n'));
  return command.action(async (id: string | undefined, given: Given & Group) => {
    const { json, provider, attention, ...action } = given;
    const group = omitUndefined({ provider, attention });
    const isGroup = provider !== undefined && attention !== undefined;
    if (row.toAll !== undefined && (id === undefined ? !isGroup : Object.keys(group).length > 0))
      command.error('error: give either an id, or both --provider and --attention');
    await withOutflow(async (outflow, temporal) => {
      if (id !== undefined) {
        printOutcome(await row.perform({ outflow, temporal }, id, action), json);
      } else if (row.toAll !== undefined) {
        await doToAll(row.toAll, outflow, group, { action, json });
      }
    });
  });
}

/** In place of an id, a provider and an attention. */
function addGroup(command: Command): void {
  command
    .argument('[id]', 'its withdrawalId; or give both of:')
    .addOption(new Option('--provider <provider>', 'all of this provider').choices(providerNames))
    .addOption(new Option('--attention <why>', 'that need a person for this').choices(Object.keys(attentions)));
}

async function doToAll(
  toAll: ActionToAll,
  outflow: Outflow,
  group: Group,
  { action, json }: { action: ActionRequest; json: true | undefined },
): Promise<void> {
  const { doing, done } = toAll;
  const ids: string[] = [];
  for await (const { withdrawalId, closed } of outflow.list(group)) if (closed === undefined) ids.push(withdrawalId);
  process.stderr.write(ids.length === 0 ? 'None of them needs a person for this.\n' : `${doing} ${ids.length} …\n`);
  const failed = await forEach(
    ids,
    AT_ONCE,
    async (id) => {
      const { withdrawalId, status } = await toAll.perform(outflow, id, action);
      if (json === true) printJson({ withdrawalId, status });
      else console.log(`${withdrawalId}: ${done}, ${status}`);
    },
    (id, error) => reportFailure(id, `not ${done}`, error, json),
  );
  if (ids.length > 0) process.stderr.write(`${ids.length - failed} of ${ids.length} were ${done}.\n`);
}
