import type { FailureRow } from '../failures.js';
import { processingFailures } from '../processing/failures.js';

/** CryptoProcessing's error table: the protocol's, and the fields that only its requests have. */
export const failures: readonly FailureRow[] = [
  ...processingFailures,
  {
    call: 'create',
    httpStatus: [400, 422],
    fields: ['sender_type', 'sender_data', 'receiver_type', 'receiver_data'],
    type: 'InvalidRequest',
    note: 'Validation of sender or receiver.',
  },
];
