import { euros, isFiat, rate } from '../../currencies/currencies.js';
import { cut, Money, oneDecimal, up } from '../../currencies/money.js';
import type { CryptopayDetails } from '../../ledger/payout.js';
import type { FeeLevel, CreateRequest } from './create-request.js';

/** A quote: what leaves our account, what arrives, and what it costs. `networkFee` is in the received currency. */
export interface Quote {
  readonly charged: Money;
  readonly received: Money;
  readonly networkFee: Money;
  readonly exchange: CryptopayDetails['exchange'];
}

const exchangeFee = '0.01';
const feeFactor: Readonly<Record<FeeLevel, string>> = { slow: '0.5', average: '1', fast: '2' };

/** The documented sample's network fee for BTC; five cents for every other coin. */
function networkFeeOf(currency: string, level: FeeLevel): Money {
  const average = currency === 'BTC' ? new Money('0.0000054') : new Money('0.05').dividedBy(euros(currency));
  return up(average.times(feeFactor[level]), 8);
}

/** Reproduces the documented sample: 10 EUR to send → 10.17 EUR charged, 0.00103102 BTC received. */
export function quoteFor(request: CreateRequest, chargeFactor: number): Quote {
  const { chargedCurrency, receivedCurrency, asked, feeLevel } = request;
  const networkFee = networkFeeOf(receivedCurrency, feeLevel);
  const fair = chargedCurrency === receivedCurrency ? sameCurrency(asked, networkFee) : converted(request, networkFee);
  return { ...fair, charged: fair.charged.times(chargeFactor), networkFee };
}

function sameCurrency({ field, value }: CreateRequest['asked'], networkFee: Money): Omit<Quote, 'networkFee'> {
  return field === 'charged_amount'
    ? { charged: value, received: value.minus(networkFee), exchange: null }
    : { charged: value.plus(networkFee), received: value, exchange: null };
}

function converted(
  { chargedCurrency, receivedCurrency, asked }: CreateRequest,
  networkFee: Money,
): Omit<Quote, 'networkFee'> {
  const price = rate(chargedCurrency, receivedCurrency);
  const decimals = isFiat(chargedCurrency) ? 2 : 8;
  const exchange = (fee: Money): Quote['exchange'] => ({
    pair: `${receivedCurrency}${chargedCurrency}`,
    rate: oneDecimal(price),
    fee: oneDecimal(fee),
    fee_currency: chargedCurrency,
  });
  if (asked.field === 'charged_amount') {
    const fee = up(asked.value.times(exchangeFee), decimals);
    const received = cut(asked.value.minus(fee).dividedBy(price).minus(networkFee), 8);
    return { charged: asked.value, received, exchange: exchange(fee) };
  }
  const toSend = asked.field === 'received_amount' ? up(asked.value.times(price), decimals) : asked.value;
  const withNetworkFee = toSend.plus(up(networkFee.times(price), decimals));
  const fee = up(withNetworkFee.times(exchangeFee), decimals);
  const received = asked.field === 'received_amount' ? asked.value : cut(asked.value.dividedBy(price), 8);
  return { charged: withNetworkFee.plus(fee), received, exchange: exchange(fee) };
}
