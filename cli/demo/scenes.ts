import type { Status, WithdrawalRequest, WithdrawalView } from '../../client/index.js';

/** One withdrawal of the demo: what is asked, what the provider's Owner does, and how it must end. */
export interface Scene {
  /** What it shows, in a few words. */
  title: string;
  request: WithdrawalRequest;
  /** What the Owner decides, once the provider waits for it. */
  owner?: 'approve' | 'decline';
  expected: { status: Status; message?: string };
  /** What else its view must tell: names of what is missing. */
  missing?: (view: WithdrawalView) => string[];
}

/**
 * The simulator reads its stage directions from the last four digits of an amount, as its documentation tables them: 9101 waits for the
 * Owner, 9104 is cancelled for lack of money. Outflow knows nothing of them.
 */
export function scenes(now: Date): Scene[] {
  const requestedAt = now.toISOString();
  const common = {
    provider: 'cryptoprocessing',
    requestedAt,
    address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc',
    endUserReference: 'test_end_user_reference',
    sender: { type: 'legal', legalName: 'Example GmbH', countryOfRegistration: 'DEU' },
    receiver: { type: 'natural', firstName: 'Friedrich', lastName: 'Müller', dateOfBirth: '1995-08-17' },
  } as const;
  return [
    {
      title: 'the documents’ own request',
      request: { ...common, withdrawalId: 'test_foreign_id_0148', currency: 'BTC', amount: '0.00003000' },
      expected: { status: 'confirmed' },
    },
    {
      title: 'a conversion',
      request: { ...common, withdrawalId: 'demo-convert', currency: 'EUR', amount: '100.00', convertTo: 'BTC' },
      expected: { status: 'confirmed' },
      missing: ({ sent, received, fees }) => [
        ...(sent?.currency === 'EUR' ? [] : ['what was sent, in EUR']),
        ...(received?.currency === 'BTC' ? [] : ['what was received, in BTC']),
        ...(fees !== undefined && fees.length > 0 ? [] : ['the fee']),
      ],
    },
    {
      title: 'approved by the Owner',
      request: { ...common, withdrawalId: 'demo-approve', currency: 'BTC', amount: '0.19101' },
      owner: 'approve',
      expected: { status: 'confirmed' },
    },
    {
      title: 'declined by the Owner',
      request: { ...common, withdrawalId: 'demo-decline', currency: 'BTC', amount: '0.29101' },
      owner: 'decline',
      expected: { status: 'declined', message: 'Declined by user ID:777' },
    },
    {
      title: 'not enough money',
      request: { ...common, withdrawalId: 'demo-no-money', currency: 'BTC', amount: '0.09104' },
      expected: { status: 'cancelled', message: 'Not enough money on balance' },
    },
  ];
}
