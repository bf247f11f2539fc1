import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { CodecOptions } from './codec.js';
import { EncryptionCodec } from './codec.js';

/** Beside this file as source; beside its compiled form once built. */
export const failureConverterPath = fileURLToPath(new URL('./failure-converter.cjs', import.meta.url));

/** What a client, a worker or a replay of Temporal's SDK takes, as its options' `dataConverter`. */
export function encryptedDataConverter(options: CodecOptions): DataConverter {
  return { payloadCodecs: [new EncryptionCodec(options)], failureConverterPath };
}
