import type { Command } from 'commander';
import { Option } from 'commander';
import { TO_FILL_IN } from '../actions.js';

/** An option that its command can't do without, always or with certain others. */
interface Required {
  option: Option;
  when?: (given: Record<string, unknown>) => boolean;
}

/** What every command takes by which a person acts: who, and why. */
export function actOptions(command: Command, more: readonly Required[] = []): Command {
  const by = new Option('--by <name>', 'who does it');
  const reason = new Option('--reason <text>', 'why');
  return withRequired(command, [...more, { option: by }, { option: reason }]).option('--json', 'as JSON');
}

/** Adds options, marked as required in the help. Commander would name only the first that is missing: here all are told at once. */
function withRequired(command: Command, required: readonly Required[]): Command {
  for (const { option, when } of required) {
    if (when === undefined) option.description += ' (required)';
    command.addOption(option);
  }
  return command.hook('preAction', () => {
    const given = command.opts<Record<string, unknown>>();
    const problems = problemsIn(given, required);
    if (problems.length > 0) command.error(problems.map((problem) => `error: ${problem}`).join('\n'));
  });
}

function problemsIn(given: Record<string, unknown>, required: readonly Required[]): string[] {
  const valueOf = ({ option }: Required) => given[option.attributeName()];
  const missing = required.filter((one) => valueOf(one) === undefined && (one.when === undefined || one.when(given)));
  const unfilled = required.filter((one) => valueOf(one) === TO_FILL_IN);
  const named = (ones: readonly Required[]) => ones.map(({ option }) => `'${option.flags}'`).join(', ');
  return [
    ...(missing.length === 0
      ? []
      : [`required option${missing.length > 1 ? 's' : ''} ${named(missing)} not specified`]),
    ...(unfilled.length === 0 ? [] : [`put your own words in place of ${TO_FILL_IN} in ${named(unfilled)}`]),
  ];
}
