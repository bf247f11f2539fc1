import type { Status, WithdrawalRequest, WithdrawalView } from '../../client/index.js';

/** One withdrawal of the demo: what is asked, what the provider's Owner does, and how it must end. */
export interface Scenario {
  /** What it shows, in a few words. */
  title: string;
  request: WithdrawalRequest;
  /** What the Owner decides, once the provider waits for it. */
  owner?: 'approve' | 'decline';
  expected: { status: Status; message?: string; code?: string };
  /** What else its view must show: names of what is missing. */
  missing?: (view: WithdrawalView) => string[];
}

/**
 * The simulator reads from the last four digits of an amount what it shall do (its magic values): 9101 waits for the
 * Owner, 9104 is cancelled for lack of money. Outflow knows nothing of them.
 */
export function scenarios(now: Date): Scenario[] {
  const requestedAt = now.toISOString();
  return [
    ...cryptoprocessingScenarios(requestedAt),
    ...alphapoScenarios(requestedAt),
    ...cryptopayScenarios(requestedAt),
    ...cryptocloudScenarios(requestedAt),
  ];
}

function cryptoprocessingScenarios(requestedAt: string): Scenario[] {
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
      request: { ...common, withdrawalId: 'cp-convert', currency: 'EUR', amount: '100.00', convertTo: 'BTC' },
      expected: { status: 'confirmed' },
      missing: missingOfConversion('EUR', 'BTC'),
    },
    {
      title: 'approved by the Owner',
      request: { ...common, withdrawalId: 'cp-approve', currency: 'BTC', amount: '0.19101' },
      owner: 'approve',
      expected: { status: 'confirmed' },
    },
    {
      title: 'declined by the Owner',
      request: { ...common, withdrawalId: 'cp-decline', currency: 'BTC', amount: '0.29101' },
      owner: 'decline',
      expected: { status: 'declined', message: 'Declined by user ID:777' },
    },
    {
      title: 'not enough money',
      request: { ...common, withdrawalId: 'cp-no-money', currency: 'BTC', amount: '0.09104' },
      expected: { status: 'cancelled', message: 'Not enough money on balance' },
    },
  ];
}

function alphapoScenarios(requestedAt: string): Scenario[] {
  const common = { provider: 'alphapo', requestedAt, endUserReference: 'guest_user17' } as const;
  const xrp = { ...common, currency: 'XRP', amount: '12.5', address: 'rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH' } as const;
  return [
    {
      title: 'a conversion',
      request: {
        ...common,
        ...{ withdrawalId: 'ap-convert', currency: 'EUR', amount: '25.00', convertTo: 'BTC' },
        address: 'tb1qurv0m4ufsj8xqejvmn0y43kqew33kvqrrxswgm',
      },
      expected: { status: 'confirmed' },
      missing: missingOfConversion('EUR', 'BTC'),
    },
    {
      title: 'XRP with its tag',
      request: { ...xrp, withdrawalId: 'ap-xrp-tag', tag: '123456' },
      expected: { status: 'confirmed' },
    },
    {
      title: 'XRP without a tag, never sent',
      request: { ...xrp, withdrawalId: 'ap-xrp-no-tag' },
      expected: { status: 'refused' },
    },
  ];
}

function cryptopayScenarios(requestedAt: string): Scenario[] {
  const common = {
    provider: 'cryptopay',
    requestedAt,
    currency: 'EUR',
    convertTo: 'BTC',
    address: '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV',
  } as const;
  return [
    {
      title: 'committed within its window',
      request: { ...common, withdrawalId: 'cy-commit', amount: '10' },
      expected: { status: 'confirmed' },
      missing: missingOfConversion('EUR', 'BTC'),
    },
    {
      title: 'a bad address',
      request: { ...common, withdrawalId: 'cy-bad-address', amount: '10.9111' },
      expected: { status: 'refused', code: 'invalid_coin_address' },
      missing: missingRequestId,
    },
    {
      title: 'a high-risk address',
      request: { ...common, withdrawalId: 'cy-high-risk', amount: '10.9201' },
      expected: { status: 'refused', code: 'high_risk_address' },
      missing: missingRequestId,
    },
    {
      title: 'less than 5 EUR',
      request: { ...common, withdrawalId: 'cy-too-little', amount: '4.99' },
      expected: { status: 'refused', code: 'must_be_greater_than_or_equal' },
      missing: missingRequestId,
    },
    {
      title: 'over maxCharge, never committed',
      request: { ...common, withdrawalId: 'cy-over-max', amount: '10.9204', cryptopay: { maxCharge: '12' } },
      expected: { status: 'expired' },
    },
  ];
}

function cryptocloudScenarios(requestedAt: string): Scenario[] {
  const common = {
    provider: 'cryptocloud',
    requestedAt,
    currency: 'USDT_TRC20',
    address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8',
    amount: '15.9301', // it posts back when paid; the provider's documents have no such callback for withdrawals
  } as const;
  return ['cc-first', 'cc-second'].map((withdrawalId, index) => ({
    title: index === 0 ? 'a first one' : 'a second, 12 s later at least',
    request: { ...common, withdrawalId },
    expected: { status: 'confirmed' },
  }));
}

function missingOfConversion(from: string, to: string): NonNullable<Scenario['missing']> {
  return ({ sent, received, fees }) => [
    ...(sent?.currency === from ? [] : [`what was sent, in ${from}`]),
    ...(received?.currency === to ? [] : [`what was received, in ${to}`]),
    ...(fees !== undefined && fees.length > 0 ? [] : ['the fee']),
  ];
}

function missingRequestId({ error }: WithdrawalView): string[] {
  return error?.requestId === undefined ? ['the provider’s request id'] : [];
}
