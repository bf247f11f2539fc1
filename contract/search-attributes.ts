import { defineSearchAttributeKey } from '@temporalio/common';

/** Plain text in Temporal, readable without a live worker: no personal data. */
export const searchAttributes = {
  provider: defineSearchAttributeKey('WithdrawalProvider', 'KEYWORD'),
  status: defineSearchAttributeKey('WithdrawalStatus', 'KEYWORD'),
  currency: defineSearchAttributeKey('WithdrawalCurrency', 'KEYWORD'),
  providerId: defineSearchAttributeKey('WithdrawalProviderId', 'KEYWORD'),
  /** Why a person is needed; absent otherwise. */
  attention: defineSearchAttributeKey('WithdrawalAttention', 'KEYWORD'),
  batch: defineSearchAttributeKey('WithdrawalBatch', 'KEYWORD'),
};

export const searchAttributeNames = Object.values(searchAttributes).map(({ name }) => name);
