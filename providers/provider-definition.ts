import type { z } from 'zod';
import type { Meaning } from '../domain/record.js';
import type { FailureRow } from './failures.js';
import type { CallbackReceiver, Provider } from './provider.js';

/** What people need to know of an environment variable, beside its schema. */
declare module 'zod' {
  interface GlobalMeta {
    /** Never shown, and may also be given as a file: `NAME_FILE`. */
    secret?: boolean;
    /** May also be given as what a command prints: `NAME_COMMAND`. */
    command?: boolean;
    /** What `dev`, `demo`, `simulator` and the operator's commands take where it is missing. */
    devDefault?: string;
    /** What is taken where it is missing, in words or as it would be written. */
    default?: string;
  }
}

/** A schema of environment variables, each with its description. */
export type VariablesSchema = z.ZodObject<Record<string, z.ZodType>>;

/** All that the other folders need to know of a provider, before any account of it is configured. */
export interface ProviderDefinition {
  /** Its environment variables, by their names after the provider's prefix. */
  settings: VariablesSchema;
  /** The same, made into a provider. */
  provider: z.ZodType<Provider>;
  /** Those of them that verify callbacks, which is all that the bridge takes. */
  callbackSettings: VariablesSchema;
  /** The same, made into a receiver of callbacks. */
  receiver: z.ZodType<CallbackReceiver>;
  /** Its error table. */
  failures: readonly FailureRow[];
  /** What its statuses mean. */
  statuses: ReadonlyMap<string, Meaning>;
}

/** Puts a provider's parts together; each `build` gets its settings checked and read. */
export function defineProvider<Settings extends VariablesSchema, CallbackSettings extends VariablesSchema>(
  calls: { settings: Settings; build: (settings: z.output<Settings>) => Provider },
  callbacks: { settings: CallbackSettings; build: (settings: z.output<CallbackSettings>) => CallbackReceiver },
  tables: Pick<ProviderDefinition, 'failures' | 'statuses'>,
): ProviderDefinition {
  return {
    settings: calls.settings,
    provider: calls.settings.transform(calls.build),
    callbackSettings: callbacks.settings,
    receiver: callbacks.settings.transform(callbacks.build),
    ...tables,
  };
}
