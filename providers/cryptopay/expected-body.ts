import type { WithdrawalRequest } from '../../domain/request.js';
import { paidCurrency } from '../../domain/request.js';
import { cryptopayOptions } from '../../domain/validation/cryptopay-options.js';
import { renamed, unchangedFields } from '../expected-body.js';
import type { BodyFields } from '../provider.js';

/** What the body of a create must hold, field by field. Written apart from `requests.ts`: a mistake in one of the two shows. */
export function expectedBody(request: WithdrawalRequest): BodyFields {
  const received = paidCurrency(request);
  const areFeesIncluded = request.cryptopay?.feesIncluded === true;
  const tag = request.tag ?? (received === 'XRP' ? '0' : undefined);
  return {
    ...unchangedFields(request),
    received_currency: received,
    charged_amount: areFeesIncluded ? request.amount : undefined,
    charged_amount_to_send: areFeesIncluded ? undefined : request.amount,
    address: request.address + (tag === undefined ? '' : `?dt=${encodeURIComponent(tag)}`),
    ...renamed(request.cryptopay, optionNames),
  };
}

const optionNames = Object.entries(cryptopayOptions).flatMap(([name, { sentAs }]) =>
  sentAs === undefined ? [] : [[name, sentAs] as const],
);
