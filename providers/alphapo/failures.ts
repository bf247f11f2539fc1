import type { FailureRow } from '../failures.js';
import { processingFailures } from '../processing/failures.js';

/** AlphaPo's error table: the five codes are documented; validation errors are taken as the family's. */
export const failures: readonly FailureRow[] = [
  ...processingFailures,
  {
    call: 'create',
    httpStatus: [400, 422],
    fields: ['sender_data'],
    type: 'InvalidRequest',
    note: 'Validation: one field’s text mentions it, though the request has no such field.',
  },
];
