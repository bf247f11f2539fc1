import type { WithdrawalRequest } from '../domain/request.js';
import { requestFieldRows } from '../domain/validation/request-fields.js';
import type { BodyFields } from './provider.js';

/**
 * What the body of a create must hold of the request's fields that its provider gets as they are: said by the rows of the fields, so apart
 * from each `requests.ts`, and a mistake in one of the two shows.
 */
export function unchangedFields(request: WithdrawalRequest): BodyFields {
  return renamed(
    request,
    requestFieldRows.flatMap(([name, { sentAs }]) => {
      const sent = sentAs?.[request.provider];
      return typeof sent === 'string' ? [[name, sent] as const] : [];
    }),
  );
}

/** The texts and switches of an object under other names; undefined where it has none. */
export function renamed(
  object: object | undefined,
  names: readonly (readonly [name: string, sentAs: string])[],
): BodyFields {
  const values: Readonly<Record<string, unknown>> = { ...object };
  return Object.fromEntries(names.map(([name, sentAs]) => [sentAs, textOf(values[name])]));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : undefined;
}
