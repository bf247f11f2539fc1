import type { z } from 'zod';
import type { ProviderName } from '../domain/providers/index.js';
import { providerNames } from '../domain/providers/index.js';
import type { CallbackReceiver, Provider } from '../providers/provider.js';
import { registry } from '../providers/registry.js';
import type { Environment, Resolved, Role } from './environment.js';
import { isGiven, payoutKeysIn, resolve } from './environment.js';
import { SettingsError } from './error.js';
import { outflowVariables } from './outflow-variables.js';
import type { Group } from './variables.js';
import { groupOf, ownGroup, variablesOf } from './variables.js';

export type { Environment, Role } from './environment.js';
export { withoutAccountsElsewhere, withoutPayoutKeys, withTrialValues } from './environment.js';
export { SettingsError } from './error.js';

/** All that the environment says, checked. `TEMPORAL_*` is read by `@temporalio/envconfig`, not here. */
export interface Settings {
  /** The enabled providers. */
  providers: Partial<Record<ProviderName, Provider>>;
  /** A callback's final word ends a withdrawal only once a look-up agrees. */
  confirmFinal: boolean;
  bridge: { host: string; port: number };
  /** `port` is the control port; `callbackOrigin` is where it sends callbacks. */
  simulator: { host: string; port: number; callbackOrigin: string };
  metrics: { host: string; port: number };
  logLevel: z.output<typeof outflowVariables>['LOG_LEVEL'];
  /** Where `dev` keeps its data. */
  dataDir: string;
  /** Absent: the SDK's choice. */
  maxCachedWorkflows?: number;
}

/** All that the bridge takes: it faces the internet, and holds nothing that pays by itself. */
export interface BridgeSettings extends Pick<Settings, 'bridge' | 'logLevel'> {
  /** What takes the callbacks of each enabled provider. */
  receivers: Partial<Record<ProviderName, CallbackReceiver>>;
  /** The variables of secrets that pay, where any is given all the same, by name. */
  misplaced: string[];
}

/** Reads what the bridge takes, and no other variable. Throws `SettingsError`, which lists every mistake. */
export function readBridgeSettings(env: Environment): BridgeSettings {
  const resolved = resolve(env, 'bridge');
  const { mistakes } = resolved;
  const own = checked(ownGroup, outflowVariables, resolved);
  const receivers: BridgeSettings['receivers'] = {};
  for (const name of providerNames) {
    const group = groupOf(name);
    mistakes.push(...strangers(group, env));
    const receiver = enabled({ ...group, schema: group.callbackSchema }, registry[name].receiver, resolved);
    if (receiver !== undefined) receivers[name] = receiver;
    else mistakes.push(...unverifiable(group, env, mistakes));
  }
  if (own === undefined || mistakes.length > 0) throw new SettingsError(mistakes);
  return {
    receivers,
    bridge: { host: own.BRIDGE_HOST, port: own.BRIDGE_PORT },
    logLevel: own.LOG_LEVEL,
    misplaced: payoutKeysIn(env),
  };
}

/** Reads the settings for a process of this role. Throws `SettingsError`, which lists every mistake. */
export function readSettings(env: Environment, { role }: { role: Role }): Settings {
  const resolved = resolve(env, role);
  const { mistakes } = resolved;
  const own = checked(ownGroup, outflowVariables, resolved);
  const providers: Settings['providers'] = {};
  for (const name of providerNames) {
    mistakes.push(...strangers(groupOf(name), env));
    const provider = enabled(groupOf(name), registry[name].provider, resolved);
    if (provider !== undefined) providers[name] = provider;
  }
  if (own === undefined || mistakes.length > 0) throw new SettingsError(mistakes);
  return {
    providers,
    confirmFinal: own.CONFIRM_FINAL,
    bridge: { host: own.BRIDGE_HOST, port: own.BRIDGE_PORT },
    simulator: {
      host: own.SIMULATOR_HOST,
      port: own.SIMULATOR_PORT,
      callbackOrigin: own.CALLBACK_ORIGIN ?? originOf(own.BRIDGE_HOST, own.BRIDGE_PORT),
    },
    metrics: { host: own.METRICS_HOST, port: own.METRICS_PORT },
    logLevel: own.LOG_LEVEL,
    dataDir: own.DATA_DIR,
    ...(own.MAX_CACHED_WORKFLOWS !== undefined && { maxCachedWorkflows: own.MAX_CACHED_WORKFLOWS }),
  };
}

/** The values of every variable by name, as a process of this role takes them: what the simulator's credentials come from. */
export function readTexts(env: Environment, { role }: { role: Role }): Environment {
  const { texts, mistakes } = resolve(env, role);
  if (mistakes.length > 0) throw new SettingsError(mistakes);
  return texts;
}

/** The provider, if all that it needs is set; nothing if none of it is. */
function enabled<Made>(group: Group, schema: z.ZodType<Made>, resolved: Resolved): Made | undefined {
  const needed = variablesOf(group).filter((variable) => variable.needed);
  const missing = needed.filter((variable) => resolved.texts[variable.name] === undefined);
  if (missing.length === needed.length) return undefined;
  const all = needed.map((variable) => variable.name).join(', ');
  const told = new Set(resolved.mistakes.map((line) => line.replace(/(_FILE)?:.*$/s, '')));
  for (const variable of missing) {
    if (told.has(variable.name)) continue;
    resolved.mistakes.push(`${variable.name}: is missing; ${group.title} needs all of ${all}, or none of them`);
  }
  return checked(group, schema, resolved);
}

/** A provider that is set in part, but not what verifies its callbacks: they would be refused without a word. */
function unverifiable(group: Group, env: Environment, told: readonly string[]): string[] {
  const needed = variablesOf(group).filter((variable) => variable.needed);
  if (!needed.some((variable) => isGiven(variable, env))) return [];
  return needed
    .filter(
      (variable) => variable.bridge && !isGiven(variable, env) && !told.some((line) => line.startsWith(variable.name)),
    )
    .map(({ name }) => `${name}: is missing; the bridge verifies ${group.title}’s callbacks with it`);
}

/** One group's values; undefined if there are mistakes, which are added to the list. */
function checked<Values>(group: Group, schema: z.ZodType<Values>, { texts, mistakes }: Resolved): Values | undefined {
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
    if (issue !== undefined) mistakes.push(`${name}: ${issue.message}${value}`);
  }
  return undefined;
}

/** Variables under a provider's prefix that it doesn't have: a typing error there would silently leave a default in force. */
function strangers(group: Group, env: Environment): string[] {
  const variables = variablesOf(group);
  const known = new Set(variables.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name])));
  const listed = variables.map(({ name }) => name).join(', ');
  return Object.keys(env)
    .filter((name) => name.startsWith(group.prefix) && !known.has(name))
    .map((name) => `${name}: is unknown; ${group.title} has ${listed}`);
}

/** Where a server that listens on this address is reached from this machine. */
export function originOf(host: string, port: number): string {
  const reachable = /^(0\.0\.0\.0|::)$/.test(host) ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
