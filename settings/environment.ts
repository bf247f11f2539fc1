import { existsSync } from 'node:fs';
import type { ProviderName } from '../domain/providers/index.js';
import { providerNames } from '../domain/providers/index.js';
import { isLoopback } from '../providers/http/loopback.js';
import { codecGroup } from './codec/variables.js';
import { encryptionGroup } from './encryption.js';
import type { Environment, VariableValues } from './reading.js';
import { isGiven, otherNamesOf, presentIn, readGiven } from './reading.js';
import type { Group } from './variable.js';
import { variablesOf } from './variable.js';
import { groupOf, groups } from './variables.js';

/** Who reads the settings, beside the bridge, which takes few of them. `operator`: every command that changes or shows withdrawals, such as `get` or `resolve`. */
export type Role = 'worker' | 'dev' | 'demo' | 'simulator' | 'operator';

/** The environment as a process of this role takes it, but for encryption. */
export function readVariables(env: Environment, role: Role | 'bridge'): VariableValues {
  const given = takesDevDefaults(role) ? withDevDefaults(env) : env;
  // Who encrypts reads those variables by itself: they may run a secret manager. So does the codec server.
  const isTaken = (group: Group) => group !== codecGroup && group !== encryptionGroup;
  const taken = groups.filter(isTaken).flatMap(variablesOf);
  return readGiven(
    taken.filter(({ bridge }) => bridge || role !== 'bridge'),
    given,
  );
}

/** The processes that hold real keys have no default for a secret. */
function takesDevDefaults(role: Role | 'bridge'): boolean {
  switch (role) {
    case 'worker':
    case 'bridge':
      return false;
    case 'dev':
    case 'demo':
    case 'simulator':
    case 'operator':
      return true;
  }
}

/**
 * The environment with the simulator's addresses and test credentials wherever a provider's are missing. Whether an account
 * elsewhere is a sandbox, only its owner can say: that is never filled in.
 */
export function withDevDefaults(env: Environment): Environment {
  const filled = providerNames.flatMap((provider, index) =>
    variablesOf(groupOf(provider)).flatMap((variable) => {
      if (variable.name.endsWith('_SANDBOX') && !isOnThisMachine(provider, env)) return [];
      const value = variable.name.endsWith('_BASE_URL') ? simulatorOrigin(env, index) : variable.devDefault;
      return value === undefined || isGiven(variable, env) ? [] : [[variable.name, value] as const];
    }),
  );
  return { ...env, ...Object.fromEntries(filled) };
}

/** The environment without the variables of every provider whose account is not on this machine, as the simulator's is. */
export function withoutAccountsElsewhere(env: Environment): Environment {
  const elsewhere = providerNames.filter((provider) => !isOnThisMachine(provider, env));
  const dropped = new Set(
    elsewhere.flatMap((provider) =>
      variablesOf(groupOf(provider)).flatMap((variable) => [variable.name, ...otherNamesOf(variable)]),
    ),
  );
  return Object.fromEntries(Object.entries(env).filter(([name]) => !dropped.has(name)));
}

/** The given variables of secrets that pay, which the bridge has no use for, by name; a file that isn't there holds none. */
export function payoutKeysIn(env: Environment): string[] {
  return payoutKeys().filter((name) => {
    const value = presentIn(env, name);
    return value !== undefined && (!name.endsWith('_FILE') || existsSync(value));
  });
}

/** The environment that takes those away from a child process. */
export function withoutPayoutKeys(env: Environment): Environment {
  return { ...env, ...Object.fromEntries(payoutKeys().map((name) => [name, undefined])) };
}

function payoutKeys(): string[] {
  const secrets = groups.flatMap(variablesOf).filter(({ secret, bridge }) => secret && !bridge);
  return secrets.flatMap(({ name }) => [name, `${name}_FILE`]);
}

/** True where no address is given: then it is the simulator's. */
function isOnThisMachine(provider: ProviderName, env: Environment): boolean {
  const origin = presentIn(env, `${groupOf(provider).prefix}BASE_URL`);
  return origin === undefined || isLoopback(origin);
}

/** The providers' ports follow the simulator's control port, in the order of `providerNames`. */
function simulatorOrigin(env: Environment, index: number): string {
  const control = presentIn(env, 'OUTFLOW_SIMULATOR_PORT') ?? '4010';
  const port = (/^\d{1,4}$|^[1-5]\d{4}$/.test(control) ? Number(control) : 4010) + 1 + index;
  return `http://127.0.0.1:${port}`;
}
