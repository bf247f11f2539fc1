import { euros, isFiat, type Chain } from '../../currencies/currencies.js';
import { Money, oneDecimal, up } from '../../currencies/money.js';
import { readAmount, type Amount, type JsonObject } from '../../http/json.js';
import { readDestination, type Destination } from './destination.js';
import { invalidCoinAddress, mustBeAtLeast, mustBeOneOf, undocumented, type Detail } from './errors.js';

export const amountFields = ['charged_amount', 'charged_amount_to_send', 'received_amount'] as const;
export type AmountField = (typeof amountFields)[number];
export type FeeLevel = 'slow' | 'average' | 'fast';

/** A valid create request. */
export interface CreateRequest {
  readonly addressAsSent: string;
  readonly destination: Destination;
  /** The one that was asked for, or else the one that the address is of. */
  readonly network: string;
  readonly chargedCurrency: string;
  readonly receivedCurrency: string;
  readonly asked: Amount & { readonly field: AmountField };
  readonly customId: string | null;
  readonly customerId: string | null;
  readonly feeLevel: FeeLevel;
  readonly forceCommit: boolean;
}

/** The documented list, in its order. */
const chargedCurrencies =
  'BTC, LTC, GBP, CNY, TRY, USD, RUB, KRW, NOK, INR, BCH, ETH, JPY, CAD, THB, AUD, HKD, MYR, NZD, TWD, MXN, BRL, COP, SEK, PLN, HUF, IDR, VND, XRP, EUR'.split(
    ', ',
  );

/** What can be received, with networks that the documents name. */
const networks: Readonly<Record<string, readonly string[]>> = {
  BTC: ['bitcoin'],
  LTC: ['litecoin'],
  BCH: ['bitcoin_cash'],
  ETH: ['ethereum', 'bnb_smart_chain'],
  XRP: ['ripple'],
  XLM: ['stellar'],
  USDT: ['ethereum', 'bnb_smart_chain', 'tron', 'solana'],
  USDC: ['ethereum', 'bnb_smart_chain', 'solana'],
};
/** The chain whose addresses each network has. */
const chains: Readonly<Record<string, Chain>> = {
  bitcoin: 'bitcoin',
  litecoin: 'litecoin',
  bitcoin_cash: 'bitcoin_cash',
  ethereum: 'evm',
  bnb_smart_chain: 'evm',
  ripple: 'ripple',
  stellar: 'stellar',
  tron: 'tron',
  solana: 'solana',
};
const feeLevels: readonly FeeLevel[] = ['slow', 'average', 'fast'];
const strings = [
  'address',
  'charged_currency',
  'received_currency',
  'network',
  'custom_id',
  'customer_id',
  'network_fee_level',
];
const others = [...amountFields, 'force_commit', 'travel_rule_compliant', 'beneficiary'];
const minimumEuros = '5';

/** Checks every field and names all errors at once. */
export function readCreateRequest(body: JsonObject): { request: CreateRequest | null; details: readonly Detail[] } {
  const details: Detail[] = [];
  for (const field of Object.keys(body)) {
    if (!strings.includes(field) && !others.includes(field)) {
      details.push(undocumented('unknown_parameter', field, 'is not a documented parameter'));
    }
  }
  const text = (field: string): string | null => {
    const value = body[field];
    if (value === undefined || value === null) return null;
    if (typeof value === 'string') return value;
    details.push(undocumented('invalid_type', field, 'must be a string'));
    return null;
  };
  const required = (field: string): string => {
    const value = text(field);
    if (value === null && (body[field] ?? null) === null) details.push(undocumented('blank', field, "can't be blank"));
    return value ?? '';
  };
  const addressAsSent = required('address');
  const chargedCurrency = required('charged_currency');
  const receivedCurrency = required('received_currency');
  const network = text('network');
  const customId = text('custom_id');
  const customerId = text('customer_id');
  const feeLevel = feeLevels.find((level) => level === (text('network_fee_level') ?? 'average'));
  const forceCommit = body['force_commit'] ?? false;

  if (chargedCurrency && !chargedCurrencies.includes(chargedCurrency)) {
    details.push(mustBeOneOf('charged_currency', chargedCurrencies));
  }
  const allowedNetworks = Object.hasOwn(networks, receivedCurrency) ? networks[receivedCurrency] : undefined;
  if (receivedCurrency && !allowedNetworks) details.push(mustBeOneOf('received_currency', Object.keys(networks)));
  if (allowedNetworks && network !== null && !allowedNetworks.includes(network))
    details.push(mustBeOneOf('network', allowedNetworks));
  if (!feeLevel) details.push(mustBeOneOf('network_fee_level', feeLevels));
  if (typeof forceCommit !== 'boolean') details.push(mustBeOneOf('force_commit', ['true', 'false']));

  const possible = network !== null && allowedNetworks?.includes(network) ? [network] : (allowedNetworks ?? []);
  const [place] = possible.flatMap((name) => {
    const chain = chains[name];
    const destination = chain ? readDestination(addressAsSent, chain) : null;
    return destination ? [{ network: name, destination }] : [];
  });
  if (allowedNetworks && addressAsSent && !place) details.push(invalidCoinAddress(receivedCurrency));
  const asked = readAsked(body, details);
  if (asked) {
    const currency = asked.field === 'received_amount' ? receivedCurrency : chargedCurrency;
    const minimum = minimumIn(currency);
    if (minimum && asked.value.lessThan(minimum)) details.push(mustBeAtLeast(asked.field, oneDecimal(minimum)));
  }
  if (details.length > 0 || !asked || !place || !feeLevel || typeof forceCommit !== 'boolean') {
    return { request: null, details };
  }
  const request = { addressAsSent, ...place, chargedCurrency, receivedCurrency, asked };
  return { request: { ...request, customId, customerId, feeLevel, forceCommit }, details };
}

function readAsked(body: JsonObject, details: Detail[]): CreateRequest['asked'] | null {
  const [field, second] = amountFields.filter((name) => (body[name] ?? null) !== null);
  if (!field || second) {
    const names = amountFields.join(', ');
    details.push(undocumented('exactly_one', second ?? 'charged_amount', `exactly one of ${names} is required`));
    return null;
  }
  const amount = readAmount(body[field], 'string');
  if (amount) return { field, ...amount };
  details.push(undocumented('not_a_number', field, 'must be a decimal string'));
  return null;
}

/** The documented 5 EUR, in any currency. */
function minimumIn(currency: string): Money | null {
  const worth = euros(currency);
  return worth.isZero() ? null : up(new Money(minimumEuros).dividedBy(worth), isFiat(currency) ? 2 : 8);
}
