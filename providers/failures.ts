import type { Failure, FailureType } from '../domain/failures.js';

/** The calls of a provider. */
export type Call = 'create' | 'commit' | 'look-up';

/** One line of a provider's error table. A complaint fits if it agrees with all that the line states; the first line that fits decides. */
export interface FailureRow {
  /** The only call whose response it speaks of; absent: any. */
  call?: Call;
  /** HTTP statuses; absent: any below 500. */
  httpStatus?: readonly number[];
  /** The provider's error code. */
  code?: string;
  /** The code of one detail within the error. */
  detail?: string;
  /** The request's fields that it complains of, in the provider's words. */
  fields?: readonly string[];
  type: FailureType;
  /** What it means, and the section of the providers' documents that says so. */
  note: string;
}

/** One complaint in a provider's own error shape, in its words. */
export interface Complaint {
  code?: string;
  detail?: string;
  field?: string;
  message?: string;
  requestId?: string;
}

/** What holds at every provider; `readResponse` applies it. */
export const generalFailures: readonly (Pick<FailureRow, 'type' | 'note'> & { when: string })[] = [
  {
    when: 'HTTP 5xx, whatever the body',
    type: 'ProviderFault',
    note: 'It had the request and failed: money may have moved.',
  },
  {
    when: 'a body that is no JSON, is cut short, or is not in the documented shape, with any status',
    type: 'UnreadableAnswer',
    note: 'Also a proxy’s own 403, 404 or 429, such as Cloudflare’s "error code: 1015": it says nothing about the provider.',
  },
  {
    when: 'the provider’s own error shape with a code or field that is in no line of its table',
    type: 'UndocumentedError',
    note: 'What is not documented proves nothing.',
  },
];

/** What a complaint means by this table; in no line of it: `UndocumentedError`. */
export function classifyComplaint(
  complaint: Complaint,
  httpStatus: number,
  call: Call,
  table: readonly FailureRow[],
): Failure {
  const row = table.find((candidate) => fits(candidate, complaint, httpStatus, call));
  const { detail, field, message, requestId } = complaint;
  const code = detail ?? complaint.code;
  return {
    type: row?.type ?? 'UndocumentedError',
    httpStatus,
    ...(code !== undefined && { code }),
    ...(field !== undefined && { field }),
    ...(message !== undefined && { message }),
    ...(requestId !== undefined && { requestId }),
  };
}

function fits(row: FailureRow, complaint: Complaint, httpStatus: number, call: Call): boolean {
  return (
    (row.call === undefined || row.call === call) &&
    (row.httpStatus === undefined || row.httpStatus.includes(httpStatus)) &&
    (row.code === undefined || row.code === complaint.code) &&
    (row.detail === undefined || row.detail === complaint.detail) &&
    (row.fields === undefined || (complaint.field !== undefined && row.fields.includes(rootOf(complaint.field))))
  );
}

/** `sender_data.first_name` is a complaint about our `sender_data`. */
function rootOf(field: string): string {
  return field.replace(/\..*$/s, '');
}
