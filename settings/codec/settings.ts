import { isLoopback } from '../../providers/http/loopback.js';
import type { KeyRing } from '../encryption-keys.js';
import { encryptionIn } from '../encryption.js';
import { payoutKeysIn } from '../environment.js';
import type { SettingMistake } from '../error.js';
import { SettingsError } from '../error.js';
import { outflowVariables } from '../outflow-variables.js';
import type { Environment } from '../reading.js';
import { checked, otherNamesOf, readGiven } from '../reading.js';
import { variablesOf } from '../variable.js';
import { outflowGroup } from '../variables.js';
import type { CodecToken } from './tokens.js';
import { codecGroup, codecVariables } from './variables.js';

export { isLoopback } from '../../providers/http/loopback.js';

/** Who may have payloads decoded. `everyone`: whoever reaches it, which only this machine can. */
export type CodecAccess =
  { for: 'everyone' } | { for: 'callers'; tokens: readonly CodecToken[]; oidc?: OidcSettings | undefined };

/** An issuer of access tokens that are taken. */
export interface OidcSettings {
  issuer: string;
  audience: string;
  /** Address of its public keys. */
  jwks: string;
  /** The claim that says the role. */
  roleClaim: string;
}

/** All that the codec server takes: no provider's variable. */
export interface CodecSettings {
  codec: { host: string; port: number };
  logLevel: ReturnType<typeof outflowVariables.parse>['LOG_LEVEL'];
  ring: KeyRing;
  access: CodecAccess;
  /** The pages that may ask. */
  origins: readonly string[];
  /** Requests a minute of one caller. */
  rate: number;
  /** The variables of secrets that pay, where any is given all the same, by name. */
  misplaced: string[];
}

/** Reads what the codec server takes, and no other variable. Throws `SettingsError`, which lists every mistake. */
export function readCodecSettings(env: Environment): CodecSettings {
  const values = readGiven([outflowGroup, codecGroup].flatMap(variablesOf), env);
  const outflow = checked(outflowGroup, outflowVariables, values);
  const own = checked(codecGroup, codecVariables, values);
  const { mistakes } = values;
  const encryption = encryptionIn(env, mistakes);
  const ring = encryption?.isOn === true ? encryption.keys : undefined;
  if (encryption?.isOn === false)
    mistakes.push({
      variable: 'OUTFLOW_ENCRYPTION_KEYS',
      problem: 'is missing; the codec server decrypts with these keys, those of worker, bridge and clients',
    });
  const access = own && outflow && accessIn(own, outflow.CODEC_HOST, mistakes);
  if (!outflow || !own || !ring || !access || mistakes.length > 0) throw new SettingsError(mistakes);
  return {
    codec: { host: outflow.CODEC_HOST, port: outflow.CODEC_PORT },
    logLevel: outflow.LOG_LEVEL,
    ring,
    access,
    origins: own.CODEC_ORIGINS ?? [],
    rate: own.CODEC_RATE,
    misplaced: payoutKeysIn(env),
  };
}

/** The environment of a codec server that shows everything to this machine alone, with pages of these origins: for `dev` and `demo`. */
export function withOpenCodec(env: Environment, { port, origins }: { port: number; origins: readonly string[] }) {
  const names = variablesOf(codecGroup).flatMap((variable) => [variable.name, ...otherNamesOf(variable)]);
  return {
    ...env,
    ...Object.fromEntries(names.map((name) => [name, undefined])),
    OUTFLOW_CODEC_HOST: '127.0.0.1',
    OUTFLOW_CODEC_PORT: String(port),
    OUTFLOW_CODEC_OPEN: 'true',
    ...(origins.length > 0 && { OUTFLOW_CODEC_ORIGINS: origins.join(',') }),
  };
}

function accessIn(
  own: ReturnType<typeof codecVariables.parse>,
  host: string,
  mistakes: SettingMistake[],
): CodecAccess | undefined {
  const { CODEC_OPEN, CODEC_TOKENS: tokens = [], CODEC_OIDC_ROLE_CLAIM: roleClaim } = own;
  const { CODEC_OIDC_ISSUER: issuer, CODEC_OIDC_AUDIENCE: audience, CODEC_OIDC_JWKS: jwks } = own;
  const missing = Object.entries({ ISSUER: issuer, AUDIENCE: audience, JWKS: jwks })
    .filter(([, value]) => value === undefined)
    .map(([name]) => `OUTFLOW_CODEC_OIDC_${name}`);
  const hasOidc = missing.length < 3;
  if (CODEC_OPEN) {
    if (!isOnLoopback(host))
      mistakes.push({
        variable: 'OUTFLOW_CODEC_OPEN',
        problem: 'must be false unless OUTFLOW_CODEC_HOST is a loopback address, such as 127.0.0.1',
      });
    if (tokens.length > 0 || hasOidc)
      mistakes.push({ variable: 'OUTFLOW_CODEC_OPEN', problem: 'must be false where there are tokens or an issuer' });
    return { for: 'everyone' };
  }
  if (hasOidc)
    for (const variable of missing)
      mistakes.push({ variable, problem: 'is missing; issuer, audience and JWKS are needed, or none of them' });
  if (tokens.length === 0 && !hasOidc)
    mistakes.push({
      variable: 'OUTFLOW_CODEC_TOKENS',
      problem: 'is missing; it, or OUTFLOW_CODEC_OIDC_ISSUER, says who may have payloads decoded',
    });
  const isWhole = issuer !== undefined && audience !== undefined && jwks !== undefined;
  return { for: 'callers', tokens, ...(isWhole && { oidc: { issuer, audience, jwks, roleClaim } }) };
}

function isOnLoopback(host: string): boolean {
  return isLoopback(`http://${host.includes(':') ? `[${host}]` : host}`);
}
