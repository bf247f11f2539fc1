import type { z } from 'zod';
import type { ProviderName } from '../domain/providers/index.js';
import { providerNames } from '../domain/providers/index.js';
import type { CallbackReceiver, Provider } from '../providers/provider.js';
import { registry } from '../providers/registry.js';
import type { EncryptionSettings } from './encryption.js';
import { encryptionIn } from './encryption.js';
import type { Role } from './environment.js';
import { payoutKeysIn, readVariables } from './environment.js';
import type { SettingMistake } from './error.js';
import { SettingsError } from './error.js';
import { outflowVariables } from './outflow-variables.js';
import type { Environment, VariableValues } from './reading.js';
import { checked, isGiven, otherNamesOf, presentIn } from './reading.js';
import type { Group } from './variable.js';
import { variablesOf } from './variable.js';
import { groupOf, outflowGroup } from './variables.js';

export type { CodecSettings } from './codec/settings.js';
export { readCodecSettings, withOpenCodec } from './codec/settings.js';
export type { EncryptionSettings } from './encryption.js';
export type { Role } from './environment.js';
export type { Environment } from './reading.js';
export { withoutAccountsElsewhere, withoutPayoutKeys, withDevDefaults } from './environment.js';
export { SettingsError } from './error.js';

/** All that the environment says, checked. `TEMPORAL_*` is read by `@temporalio/envconfig`, not here. */
export interface Settings {
  /** The enabled providers. */
  providers: Partial<Record<ProviderName, Provider>>;
  /** A callback's final status ends a withdrawal only once a look-up agrees. */
  confirmFinal: boolean;
  bridge: { host: string; port: number };
  codec: { host: string; port: number };
  /** `port` is the control port; `callbackOrigin` is where it sends callbacks. */
  simulator: { host: string; port: number; callbackOrigin: string };
  metrics: { host: string; port: number };
  logLevel: z.output<typeof outflowVariables>['LOG_LEVEL'];
  /** Where `dev` keeps its data. */
  dataDir: string;
  /** Absent: the SDK's choice. */
  maxCachedWorkflows?: number;
}

/** All that a worker takes. */
export interface WorkerSettings extends Settings {
  /** What encrypts all that Temporal stores. */
  encryption: EncryptionSettings;
}

/** All that the bridge takes: it faces the internet, and holds nothing that pays by itself. */
export interface BridgeSettings extends Pick<WorkerSettings, 'bridge' | 'logLevel' | 'encryption'> {
  /** What takes the callbacks of each enabled provider. */
  receivers: Partial<Record<ProviderName, CallbackReceiver>>;
  /** The variables of secrets that pay, where any is given all the same, by name. */
  misplaced: string[];
}

/** Reads what the bridge takes, and no other variable. Throws `SettingsError`, which lists every mistake. */
export function readBridgeSettings(env: Environment): BridgeSettings {
  const values = readVariables(env, 'bridge');
  const { mistakes } = values;
  const outflow = checked(outflowGroup, outflowVariables, values);
  const encryption = encryptionIn(env, mistakes);
  const receivers: BridgeSettings['receivers'] = {};
  for (const name of providerNames) {
    const group = groupOf(name);
    mistakes.push(...unknownVariables(group, env));
    const receiver = enabled({ ...group, schema: group.callbackSchema }, registry[name].receiver, values);
    if (receiver !== undefined) receivers[name] = receiver;
    else mistakes.push(...unverifiable(group, env, mistakes));
  }
  if (outflow === undefined || encryption === undefined || mistakes.length > 0) throw new SettingsError(mistakes);
  return {
    receivers,
    bridge: { host: outflow.BRIDGE_HOST, port: outflow.BRIDGE_PORT },
    logLevel: outflow.LOG_LEVEL,
    misplaced: payoutKeysIn(env),
    encryption,
  };
}

/** Reads all that a worker takes, keys included. Throws `SettingsError`, which lists every mistake. */
export function readWorkerSettings(env: Environment): WorkerSettings {
  const values = readVariables(env, 'worker');
  const settings = settingsIn(env, values);
  const encryption = encryptionIn(env, values.mistakes);
  if (settings === undefined || encryption === undefined) throw new SettingsError(values.mistakes);
  return { ...settings, encryption };
}

/** Reads the settings for a process of this role. Throws `SettingsError`, which lists every mistake. */
export function readSettings(env: Environment, { role }: { role: Role }): Settings {
  const values = readVariables(env, role);
  const settings = settingsIn(env, values);
  if (settings === undefined) throw new SettingsError(values.mistakes);
  return settings;
}

/** Where these keep their data, also where other variables are wrong. */
export function dataDirIn(env: Environment): string {
  return outflowVariables.shape.DATA_DIR.parse(presentIn(env, 'OUTFLOW_DATA_DIR'));
}

/** The settings; undefined if there are mistakes, which are added to the list. */
function settingsIn(env: Environment, values: VariableValues): Settings | undefined {
  const { mistakes } = values;
  const outflow = checked(outflowGroup, outflowVariables, values);
  const providers: Settings['providers'] = {};
  for (const name of providerNames) {
    mistakes.push(...unknownVariables(groupOf(name), env));
    const provider = enabled(groupOf(name), registry[name].provider, values);
    if (provider !== undefined) providers[name] = provider;
  }
  if (outflow === undefined || mistakes.length > 0) return undefined;
  return {
    providers,
    confirmFinal: outflow.CONFIRM_FINAL,
    bridge: { host: outflow.BRIDGE_HOST, port: outflow.BRIDGE_PORT },
    codec: { host: outflow.CODEC_HOST, port: outflow.CODEC_PORT },
    simulator: {
      host: outflow.SIMULATOR_HOST,
      port: outflow.SIMULATOR_PORT,
      callbackOrigin: outflow.CALLBACK_ORIGIN ?? originOf(outflow.BRIDGE_HOST, outflow.BRIDGE_PORT),
    },
    metrics: { host: outflow.METRICS_HOST, port: outflow.METRICS_PORT },
    logLevel: outflow.LOG_LEVEL,
    dataDir: outflow.DATA_DIR,
    ...(outflow.MAX_CACHED_WORKFLOWS !== undefined && { maxCachedWorkflows: outflow.MAX_CACHED_WORKFLOWS }),
  };
}

/** The values of every variable by name, as a process of this role takes them: what the simulator's credentials come from. */
export function readTexts(env: Environment, { role }: { role: Role }): Environment {
  const { texts, mistakes } = readVariables(env, role);
  if (mistakes.length > 0) throw new SettingsError(mistakes);
  return texts;
}

/** The provider, if all that it needs is set; nothing if none of it is. */
function enabled<Made>(group: Group, schema: z.ZodType<Made>, values: VariableValues): Made | undefined {
  const needed = variablesOf(group).filter((variable) => variable.needed);
  const missing = needed.filter((variable) => values.texts[variable.name] === undefined);
  if (missing.length === needed.length) return undefined;
  const all = needed.map((variable) => variable.name).join(', ');
  const mistaken = new Set(values.mistakes.map(({ variable }) => variable));
  for (const { name } of missing) {
    if (mistaken.has(name)) continue;
    values.mistakes.push({
      variable: name,
      problem: `is missing; ${group.title} needs all of ${all}, or none of them`,
    });
  }
  return checked(group, schema, values);
}

/** A provider that is set in part, but not what verifies its callbacks: they would be refused silently. */
function unverifiable(group: Group, env: Environment, mistakes: readonly SettingMistake[]): SettingMistake[] {
  const needed = variablesOf(group).filter((variable) => variable.needed);
  if (!needed.some((variable) => isGiven(variable, env))) return [];
  const mistaken = new Set(mistakes.map(({ variable }) => variable));
  return needed
    .filter((variable) => variable.bridge && !isGiven(variable, env) && !mistaken.has(variable.name))
    .map(({ name }) => ({
      variable: name,
      problem: `is missing; the bridge verifies ${group.title}’s callbacks with it`,
    }));
}

/** Variables under a provider's prefix that it doesn't have: a typing error there would silently leave a default in force. */
function unknownVariables(group: Group, env: Environment): SettingMistake[] {
  const variables = variablesOf(group);
  const names = new Set(variables.flatMap((variable) => [variable.name, ...otherNamesOf(variable)]));
  const listed = variables.map(({ name }) => name).join(', ');
  return Object.keys(env)
    .filter((name) => name.startsWith(group.prefix) && !names.has(name))
    .map((name) => ({ variable: name, problem: `is unknown; ${group.title} has ${listed}` }));
}

/** Where a server that listens on this address is reached from this machine. */
export function originOf(host: string, port: number): string {
  const reachable = /^(0\.0\.0\.0|::)$/.test(host) ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
