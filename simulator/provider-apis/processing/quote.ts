import { rate } from '../../currencies/currencies.js';
import { cut, up, type Money } from '../../currencies/money.js';
import type { CreateRequest } from './create-request.js';

/** What a withdrawal costs and brings. `fee`: in the received currency, taken in a conversion; null without one. */
export interface Quote {
  readonly charged: Money;
  readonly received: Money;
  readonly fee: Money | null;
}

const exchangeFee = '0.005';

/** A conversion at the fixed rate, less half a percent; without one, what is asked is what arrives. */
export function quoteFor({ currency, convertTo, asked }: CreateRequest): Quote {
  if (convertTo === null) return { charged: asked.value, received: asked.value, fee: null };
  const price = rate(currency, convertTo);
  if (asked.field === 'amount_to') {
    const fee = up(asked.value.times(exchangeFee), 8);
    return { charged: up(asked.value.plus(fee).times(price), 8), received: asked.value, fee };
  }
  const gross = asked.value.dividedBy(price);
  const fee = up(gross.times(exchangeFee), 8);
  return { charged: asked.value, received: cut(gross.minus(fee), 8), fee };
}
