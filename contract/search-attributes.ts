import { defineSearchAttributeKey } from '@temporalio/common';
import { publicNameProblem } from '../domain/validation/public-names.js';

/** All are keywords, words that are compared whole: the registration of a namespace knows no other type. */
type KeywordKey = ReturnType<typeof defineSearchAttributeKey<'KEYWORD'>>;

interface SearchAttributeRow extends KeywordKey {
  meaning: string;
  /** What it is filled from, and by whom. */
  filledFrom: string;
}

/**
 * The search attributes, one row each. Plain text in Temporal, readable without a live worker: no personal data. A new one is a row here and the
 * line that fills it; `npm run docs` puts it into deploy/temporal-namespace.sh and docs/observing.md.
 */
export const searchAttributes = {
  provider: {
    ...defineSearchAttributeKey('WithdrawalProvider', 'KEYWORD'),
    meaning: 'Who pays. Also of a case.',
    filledFrom: 'the request’s `provider`, by client and workflow',
  },
  status: {
    ...defineSearchAttributeKey('WithdrawalStatus', 'KEYWORD'),
    meaning: 'Where the money is.',
    filledFrom: 'the state, by the workflow (`received` by the client)',
  },
  currency: {
    ...defineSearchAttributeKey('WithdrawalCurrency', 'KEYWORD'),
    meaning: 'The currency that is debited, by the provider’s code.',
    filledFrom: 'the request’s `currency`, by client and workflow',
  },
  providerId: {
    ...defineSearchAttributeKey('WithdrawalProviderId', 'KEYWORD'),
    meaning: 'Its id at the provider, once known. Also of a case.',
    filledFrom: 'the provider’s record, by the workflow',
  },
  attention: {
    ...defineSearchAttributeKey('WithdrawalAttention', 'KEYWORD'),
    meaning: 'Why a person is needed (docs/failures.md); absent otherwise.',
    filledFrom: 'the state, by the workflow',
  },
  batch: {
    ...defineSearchAttributeKey('WithdrawalBatch', 'KEYWORD'),
    meaning: 'The name that it was submitted under, to list withdrawals by; public, so it may hold no address.',
    filledFrom: '`batch` of the options of `submit`, by the client',
  },
} as const satisfies Record<string, SearchAttributeRow>;

/** A provider's id as the index may hold it, which everybody reads: a provider may call anything an id, and whoever signals can claim one. */
export function indexedProviderId(providerId: unknown): string | undefined {
  const isId = typeof providerId === 'string' && /^[\w-]{1,64}$/.test(providerId);
  return isId && publicNameProblem(providerId) === undefined ? providerId : undefined;
}

/** The same of a currency: a request that breaks the rules may hold anything in any field. */
export function indexedCurrency(currency: unknown): string | undefined {
  return typeof currency === 'string' && /^[A-Z0-9_-]{2,20}$/.test(currency) ? currency : undefined;
}

export const searchAttributeNames = Object.values(searchAttributes).map(({ name }) => name);
