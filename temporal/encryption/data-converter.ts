import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { EncryptionSettings } from '../../settings/encryption.js';
import type { CodecOptions } from './codec.js';
import { EncryptionCodec } from './codec.js';

/** Beside this file as source; beside its compiled form once built. */
export const failureConverterPath = fileURLToPath(new URL('./failure-converter.cjs', import.meta.url));

/**
 * What a client, a worker or a replay of Temporal's SDK takes among its options, by the settings. Without keys, or with encryption off, nothing:
 * then all that Temporal stores is in clear.
 */
export function converterOptions(
  { isOn, keys }: EncryptionSettings,
  reading: Omit<CodecOptions, 'ring'>,
): { dataConverter?: DataConverter } {
  return isOn ? { dataConverter: encryptedDataConverter({ ring: keys, ...reading }) } : {};
}

export function encryptedDataConverter(options: CodecOptions): DataConverter {
  return { payloadCodecs: [new EncryptionCodec(options)], failureConverterPath };
}
