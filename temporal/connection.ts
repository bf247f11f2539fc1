import type { ConnectionLike } from '@temporalio/client';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { EncryptionSettings } from '../settings/encryption.js';
import { readEncryption } from '../settings/encryption.js';
import { parseKeys } from '../settings/encryption-keys.js';
import { durations } from '../domain/timeouts/durations.js';
import { converterOptions } from './encryption/data-converter.js';
import { retentionOf } from './namespace.js';

/** Where Temporal is. What is left out comes from Temporal's own profiles and `TEMPORAL_*` variables, else its defaults. */
export interface TemporalAddress {
  /** `host:port`; default 127.0.0.1:7233. */
  address?: string;
  namespace?: string;
}

export interface TemporalClient {
  client: Client;
  connection: Connection;
  namespace: string;
}

/** No Temporal server answers. */
export class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';
  constructor(address: string, options: ErrorOptions) {
    super(
      `No Temporal server answers at ${address}. Start one with \`outflow dev\` (it does so only where TEMPORAL_ADDRESS is unset), or set TEMPORAL_ADDRESS to yours.`,
      options,
    );
  }
}

/** What a client encrypts with, where its environment doesn't say: keys as `OUTFLOW_ENCRYPTION_KEYS` has them, or nothing in as many words. */
export type GivenEncryption = { keys: string } | 'off';

/**
 * Connects a client, which encrypts by the environment's settings unless others are given. Fails with an error that says what was tried and
 * what to do.
 * @throws SettingsError, TemporalUnreachableError
 */
export async function connectClient(
  where: TemporalAddress = {},
  encryption: EncryptionSettings = readEncryption(process.env),
): Promise<TemporalClient> {
  return clientOf(await connectTemporal(where), encryption);
}

/** A connection by which nothing encrypted can be read. */
export type TemporalConnection = Omit<TemporalClient, 'client'>;

/** @throws TemporalUnreachableError */
export async function connectTemporal(where: TemporalAddress = {}): Promise<TemporalConnection> {
  const { namespace, address, options } = configured(where);
  return { connection: await reached(address, () => Connection.connect(options)), namespace };
}

/** A client over a connection. */
export function clientOf(
  { connection, namespace }: TemporalConnection,
  encryption: EncryptionSettings,
): TemporalClient {
  const converter = converterOptions(encryption, { namespace, reader: 'client' });
  return { client: new Client({ connection, namespace, ...converter }), connection, namespace };
}

/** @throws RangeError that says what is wrong with the keys, and holds nothing of them */
export function encryptionGiven(given: GivenEncryption): EncryptionSettings {
  if (given === 'off') return { isOn: false };
  const parsed = parseKeys(given.keys);
  if (!parsed.ok) throw new RangeError(`encryption.keys: ${parsed.problem}`);
  return { isOn: true, keys: parsed.ring };
}

/** Nothing is sent so long after `requestedAt`, ms: Temporal's retention less an hour, so that it never forgets an earlier payout. */
export async function longestSendMs(connection: ConnectionLike, namespace: string): Promise<number> {
  return (await retentionOf(connection, namespace)) - durations.retention.margin.ms;
}

/** Where to connect to, by what is given, the environment and Temporal's profiles. */
export function configured(where: TemporalAddress) {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const address = where.address ?? connectionOptions.address ?? '127.0.0.1:7233';
  return { address, namespace: where.namespace ?? namespace ?? 'default', options: { ...connectionOptions, address } };
}

/** @throws TemporalUnreachableError */
export async function reached<T>(address: string, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (cause) {
    throw new TemporalUnreachableError(address, { cause });
  }
}
