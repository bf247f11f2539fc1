import { Decimal } from 'decimal.js';

/** Exact decimals: 60 digits, never exponent form. A clone, so that no other code's settings of decimal.js apply. */
export const Money = Decimal.clone({ precision: 60, toExpNeg: -9e15, toExpPos: 9e15 });
export type Money = Decimal;

/** Digits as they are, no exponent, no padding: `0.000015`. */
export function plain(value: Money): string {
  return value.toFixed();
}

/** At least eight decimals, as the processing family's samples: `25.00000000`. Further digits are kept. */
export function eightDecimals(value: Money): string {
  return value.toFixed(Math.max(8, value.decimalPlaces()));
}

/** At least one decimal, as Cryptopay's samples: `0.0`, `5.0`, `10.17`. */
export function oneDecimal(value: Money): string {
  return value.toFixed(Math.max(1, value.decimalPlaces()));
}

/** A provider pays out no fraction that its ledger can't hold: received amounts are cut. */
export function cut(value: Money, decimals: number): Money {
  return value.toDecimalPlaces(decimals, Money.ROUND_DOWN);
}

/** ... and rounds what it charges up. */
export function up(value: Money, decimals: number): Money {
  return value.toDecimalPlaces(decimals, Money.ROUND_UP);
}
