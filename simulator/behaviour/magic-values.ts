import type { Money } from '../currencies/money.js';
import type { ProviderName } from '../ledger/payout.js';

/** What a magic amount can make happen. */
export type Effect =
  | 'waits-for-owner'
  | 'owner-approves'
  | 'owner-declines'
  | 'cancelled-later'
  | 'not-enough-balance'
  | 'never-calls-back'
  | 'stays-open'
  | 'called-back-twice'
  | 'called-back-out-of-order'
  | 'called-back-before-answer'
  | 'bad-address'
  | 'final-changes'
  | 'look-up-never-final'
  | 'high-risk-address'
  | 'failed-then-completed'
  | 'failed-then-cancelled'
  | 'over-quoted'
  | 'window-closed'
  | 'risk-details'
  | 'postback-json'
  | 'postback-form'
  | 'old-envelope';

export interface Magic {
  readonly code: string;
  readonly effect: Effect;
  readonly providers: readonly ProviderName[];
  readonly description: string;
}

const family: readonly ProviderName[] = ['cryptoprocessing', 'alphapo'];
const calling: readonly ProviderName[] = [...family, 'cryptopay'];
const all: readonly ProviderName[] = [...calling, 'cryptocloud'];

/** The one table of magic values. docs/simulator.md shows it, and a test fails when they differ. */
export const magicTable: readonly Magic[] = [
  {
    code: '9101',
    effect: 'waits-for-owner',
    providers: calling,
    description:
      'Waits for the Owner (`pending`; Cryptopay: `on_hold`) until the control port says `approve` or `decline`.',
  },
  {
    code: '9102',
    effect: 'owner-approves',
    providers: calling,
    description: 'Waits for the Owner, who approves after 2 s; then confirmed.',
  },
  {
    code: '9103',
    effect: 'owner-declines',
    providers: calling,
    description:
      'Waits for the Owner, who declines after 2 s: `declined`, "Declined by user ID:777" (Cryptopay: `cancelled`).',
  },
  {
    code: '9104',
    effect: 'cancelled-later',
    providers: all,
    description: 'Accepted, then `cancelled` after 1 s with "Not enough money on balance"; nothing is paid.',
  },
  {
    code: '9105',
    effect: 'not-enough-balance',
    providers: all,
    description: "Refused at once for lack of balance, in the provider's documented form.",
  },
  {
    code: '9106',
    effect: 'never-calls-back',
    providers: calling,
    description: 'Confirmed after 1 s, but no callback is ever sent.',
  },
  {
    code: '9107',
    effect: 'stays-open',
    providers: all,
    description: 'Accepted and stays as it is until the control port says `confirm` or `cancel`.',
  },
  {
    code: '9108',
    effect: 'called-back-twice',
    providers: calling,
    description: 'Every callback is delivered twice.',
  },
  {
    code: '9109',
    effect: 'called-back-out-of-order',
    providers: calling,
    description:
      'The final callback comes first, the earlier ones 3 s late (the processing family: approved by the Owner in between).',
  },
  {
    code: '9111',
    effect: 'bad-address',
    providers: all,
    description: 'Refused at once: the address is not valid, whatever it is.',
  },
  {
    code: '9112',
    effect: 'final-changes',
    providers: calling,
    description: 'Confirmed and paid after 1 s; 2 s later it says `cancelled` all the same.',
  },
  {
    code: '9113',
    effect: 'look-up-never-final',
    providers: calling,
    description: 'Confirmed with its callback, but look-ups go on showing the status before.',
  },
  {
    code: '9114',
    effect: 'called-back-before-answer',
    providers: calling,
    description:
      'Confirmed, and the callback delivered, before the answer to the create (Cryptopay two-step: to the commit).',
  },
  {
    code: '9201',
    effect: 'high-risk-address',
    providers: ['cryptopay'],
    description: 'Refused at once with `high_risk_address`.',
  },
  {
    code: '9202',
    effect: 'failed-then-completed',
    providers: ['cryptopay'],
    description: '`failed`, which is not final, and `completed` 2 s later.',
  },
  {
    code: '9203',
    effect: 'failed-then-cancelled',
    providers: ['cryptopay'],
    description: '`failed`, and `cancelled` 2 s later.',
  },
  {
    code: '9204',
    effect: 'over-quoted',
    providers: ['cryptopay'],
    description: 'Quoted at twice the charge, which a `maxCharge` should stop.',
  },
  {
    code: '9205',
    effect: 'window-closed',
    providers: ['cryptopay'],
    description: 'The commit window is closed from the start: every commit is too late, and it expires after 1 s.',
  },
  {
    code: '9206',
    effect: 'risk-details',
    providers: ['cryptopay'],
    description: 'Completed, with `risk` details instead of null.',
  },
  {
    code: '9301',
    effect: 'postback-json',
    providers: ['cryptocloud'],
    description: 'Posts an invoice-style postback as JSON when paid.',
  },
  {
    code: '9302',
    effect: 'postback-form',
    providers: ['cryptocloud'],
    description: 'Posts an invoice-style postback as a form when paid.',
  },
  {
    code: '9303',
    effect: 'old-envelope',
    providers: ['cryptocloud'],
    description: 'Answers in the older envelope: `data` instead of `result`.',
  },
];

/**
 * The magic code in an amount: its last four significant digits, without the dot and trailing zeros.
 * `0.00009101` and `10.9101` both carry 9101. Null if that is no code of this provider's.
 */
export function codeOf(amount: Money, provider: ProviderName): string | null {
  const digits = amount.toFixed().replace('.', '').replace(/^0+/, '');
  const code = (amount.decimalPlaces() > 0 ? digits : digits.replace(/0+$/, '')).slice(-4);
  return magicTable.some((magic) => magic.code === code && magic.providers.includes(provider)) ? code : null;
}

export function effectOf(code: string | null): Effect | null {
  return magicTable.find((magic) => magic.code === code)?.effect ?? null;
}

/** The table as docs/simulator.md shows it. */
export function magicMarkdown(): string {
  const rows = magicTable.map(
    ({ code, providers, description }) =>
      `| ${code} | ${providers.length === all.length ? 'all' : providers.join(', ')} | ${description} |`,
  );
  return ['| code | providers | what happens |', '| --- | --- | --- |', ...rows].join('\n');
}
