import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { EncryptionSettings } from '../../settings/encryption.js';
import type { CodecOptions } from './codec.js';
import { ClearCodec, EncryptionCodec } from './codec.js';

/** Beside this file as source; beside its compiled form once built. */
export const failureConverterPath = fileURLToPath(new URL('./failure-converter.cjs', import.meta.url));

/**
 * What a client, a worker or a replay of Temporal's SDK takes among its options, by the settings. With encryption off, all that Temporal stores is
 * in clear, and a client says in plain words that it can't read what is encrypted.
 */
export function converterOptions(
  { isOn, keys }: EncryptionSettings,
  reading: Omit<CodecOptions, 'ring'>,
): { dataConverter?: DataConverter } {
  if (isOn) return { dataConverter: encryptedDataConverter({ ring: keys, ...reading }) };
  return reading.reader === 'client' ? { dataConverter: { payloadCodecs: [new ClearCodec()] } } : {};
}

export function encryptedDataConverter(options: CodecOptions): DataConverter {
  return { payloadCodecs: [new EncryptionCodec(options)], failureConverterPath };
}
