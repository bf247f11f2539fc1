import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { outputOf } from './command.js';
import type { SettingMistake } from './error.js';
import type { Group, Variable } from './variable.js';
import { variablesOf } from './variable.js';

/** Environment variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The values of our variables by name, given or filled in, with the files of secrets read; and what is wrong with any. */
export interface VariableValues {
  texts: Environment;
  mistakes: SettingMistake[];
}

/** The values of these variables, as they are given. */
export function readGiven(variables: readonly Variable[], env: Environment): VariableValues {
  const found = variables.map((variable) => ({ variable, ...valueOf(variable, env) }));
  return {
    texts: Object.fromEntries(found.map(({ variable, text }) => [variable.name, text])),
    mistakes: found.flatMap(({ mistake }) => mistake ?? []),
  };
}

/** One group's values; undefined if there are mistakes, which are added to the list. */
export function checked<Values>(
  group: Group,
  schema: z.ZodType<Values>,
  { texts, mistakes }: VariableValues,
): Values | undefined {
  const variables = variablesOf(group);
  const given = variables.filter(({ name }) => texts[name] !== undefined);
  const parsed = schema.safeParse(
    Object.fromEntries(given.map(({ name }) => [name.slice(group.prefix.length), texts[name]])),
  );
  if (parsed.success) return parsed.data;
  for (const { name, secret } of given) {
    const issue = parsed.error.issues.find(({ path }) => group.prefix + String(path[0]) === name);
    // An origin may hold a password where it should hold none.
    const value = secret || texts[name]?.includes('@') ? '' : ` (it is ${JSON.stringify(texts[name])})`;
    if (issue !== undefined) mistakes.push({ variable: name, problem: `${issue.message}${value}` });
  }
  return undefined;
}

/** The other names under which a variable may be given. */
export function otherNamesOf({ name, secret, command }: Variable): string[] {
  return [...(secret ? [`${name}_FILE`] : []), ...(command ? [`${name}_COMMAND`] : [])];
}

export function isGiven(variable: Variable, env: Environment): boolean {
  return [variable.name, ...otherNamesOf(variable)].some((name) => presentIn(env, name) !== undefined);
}

export function presentIn(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}

interface Value {
  text?: string;
  mistake?: SettingMistake;
}

function valueOf(variable: Variable, env: Environment): Value {
  const { name } = variable;
  const [first, second] = [name, ...otherNamesOf(variable)].filter((one) => presentIn(env, one) !== undefined);
  if (first === undefined) return {};
  if (second !== undefined) {
    const text = presentIn(env, name);
    const problem = `is given twice; leave out either ${first === name ? 'it' : first} or ${second}`;
    return { ...(text !== undefined && { text }), mistake: { variable: name, problem } };
  }
  const given = presentIn(env, first) ?? '';
  switch (first) {
    case `${name}_FILE`:
      return contentOf(given, name);
    case `${name}_COMMAND`: {
      const output = outputOf(given, env);
      return output.ok ? output : { mistake: { variable: name, suffix: '_COMMAND', problem: output.problem } };
    }
    default:
      return { text: given };
  }
}

function contentOf(file: string, variable: string): Value {
  const ofFile = { variable, suffix: '_FILE' } as const;
  try {
    const content = readFileSync(file, 'utf8').trim();
    return content === ''
      ? { mistake: { ...ofFile, problem: 'names an empty file; it must hold the secret' } }
      : { text: content };
  } catch (error) {
    const reason = typeof error === 'object' && error !== null && 'code' in error ? ` (${String(error.code)})` : '';
    return { mistake: { ...ofFile, problem: `names a file that can’t be read${reason}; it must hold the secret` } };
  }
}
