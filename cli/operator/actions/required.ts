import type { Command } from 'commander';
import { Option } from 'commander';
import { TO_FILL_IN } from './command-line.js';
import type { ActionOption } from './row.js';

/** Adds options, marked as required in the help. Commander would name only the first that is missing: here all are named at once. */
export function withRequired(command: Command, options: readonly ActionOption[]): Command {
  const required = options.map((row) => ({ row, option: optionOf(row) }));
  for (const { option } of required) command.addOption(option);
  return command.hook('preAction', () => {
    const problems = problemsIn(command.opts<Record<string, unknown>>(), required);
    if (problems.length > 0) command.error(problems.map((problem) => `error: ${problem}`).join('\n'));
  });
}

function optionOf({ flags, description, choices, requiredWith }: ActionOption): Option {
  const option = new Option(flags, requiredWith === undefined ? `${description} (required)` : description);
  return choices === undefined ? option : option.choices(choices);
}

interface Required {
  row: ActionOption;
  option: Option;
}

function problemsIn(given: Record<string, unknown>, required: readonly Required[]): string[] {
  const valueOf = ({ option }: Required) => given[option.attributeName()];
  const missing = required.filter((one) => valueOf(one) === undefined && (one.row.requiredWith?.(given) ?? true));
  const unfilled = required.filter((one) => valueOf(one) === TO_FILL_IN);
  const named = (ones: readonly Required[]) => ones.map(({ row }) => `'${row.flags}'`).join(', ');
  return [
    ...(missing.length === 0
      ? []
      : [`required option${missing.length > 1 ? 's' : ''} ${named(missing)} not specified`]),
    ...(unfilled.length === 0 ? [] : [`put your own words in place of ${TO_FILL_IN} in ${named(unfilled)}`]),
  ];
}
