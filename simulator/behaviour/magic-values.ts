import type { Money } from '../currencies/money.js';
import { providerNames, type ProviderName, type Step } from '../ledger/payout.js';
import * as cryptocloud from '../provider-apis/cryptocloud/script.js';
import * as cryptopay from '../provider-apis/cryptopay/script.js';
import * as processing from '../provider-apis/processing/script.js';
import type { Behaviour, Behaviours } from './behaviour.js';

interface MagicValue {
  /** The amount's last four significant digits. */
  readonly code: string;
  /** Its name at `GET /magic`. */
  readonly effect: string;
  readonly description: string;
  /** What each provider does; one that is left out doesn't know this value. */
  readonly behaviour: Partial<Behaviours>;
}

const bothOfFamily = (behaviour: Behaviour) => ({ cryptoprocessing: behaviour, alphapo: behaviour });
/** Those that document callbacks of withdrawals. */
const allWithCallbacks = (behaviour: Behaviour) => ({ ...bothOfFamily(behaviour), cryptopay: behaviour });
const all = (behaviour: Pick<Behaviour, 'refusal' | 'script'>) => ({
  ...allWithCallbacks(behaviour),
  cryptocloud: behaviour,
});

const afterTwoSeconds = (step: Step): Step => ({ ...step, after: 2000 });

/**
 * The one table of magic values, from which the behaviour, `GET /magic` and docs/simulator.md are made.
 * To add one: its row here, and how it ends in test/simulator/behaviour/magic-values.test.ts.
 */
export const magicValues = [
  {
    code: '9101',
    effect: 'waits-for-owner',
    description:
      'Waits for the Owner (`pending`; Cryptopay: `on_hold`) until the control port says `approve` or `decline`.',
    behaviour: {
      ...bothOfFamily({ script: [processing.pending] }),
      cryptopay: { script: [cryptopay.onHold] },
    },
  },
  {
    code: '9102',
    effect: 'owner-approves',
    description: 'Waits for the Owner, who approves after 2 s; then confirmed.',
    behaviour: {
      ...bothOfFamily({ script: [processing.pending, processing.processing, processing.confirmed] }),
      cryptopay: {
        script: [cryptopay.onHold, afterTwoSeconds(cryptopay.processing), cryptopay.sent, cryptopay.completed],
      },
    },
  },
  {
    code: '9103',
    effect: 'owner-declines',
    description:
      'Waits for the Owner, who declines after 2 s: `declined`, "Declined by user ID:777" (Cryptopay: `cancelled`).',
    behaviour: {
      ...bothOfFamily({ script: [processing.pending, processing.declined] }),
      cryptopay: { script: [cryptopay.onHold, afterTwoSeconds(cryptopay.cancelled)] },
    },
  },
  {
    code: '9104',
    effect: 'cancelled-later',
    description: 'Accepted, then `cancelled` after 1 s with "Not enough money on balance"; nothing is paid.',
    behaviour: {
      ...bothOfFamily({ script: [processing.cancelled] }),
      cryptopay: { script: [cryptopay.processing, cryptopay.cancelled] },
      cryptocloud: { script: [cryptocloud.cancelled] },
    },
  },
  {
    code: '9105',
    effect: 'not-enough-balance',
    description: "Refused at once for lack of balance, in the provider's documented form.",
    behaviour: all({ refusal: 'not-enough-balance' }),
  },
  {
    code: '9106',
    effect: 'never-calls-back',
    description: 'Confirmed after 1 s, but no callback is ever sent.',
    behaviour: allWithCallbacks({ callbacks: 'none' }),
  },
  {
    code: '9107',
    effect: 'stays-open',
    description: 'Accepted and stays as it is until the control port says `confirm` or `cancel`.',
    behaviour: all({ script: [] }),
  },
  {
    code: '9108',
    effect: 'called-back-twice',
    description: 'Every callback is delivered twice.',
    behaviour: allWithCallbacks({ callbacks: 'twice' }),
  },
  {
    code: '9109',
    effect: 'called-back-out-of-order',
    description:
      'The final callback comes first, the earlier ones 3 s late (the processing family: approved by the Owner in between).',
    behaviour: {
      ...bothOfFamily({
        callbacks: 'final-first',
        script: [processing.pending, { ...processing.processing, after: 300 }, { ...processing.confirmed, after: 300 }],
      }),
      cryptopay: { callbacks: 'final-first' },
    },
  },
  {
    code: '9111',
    effect: 'bad-address',
    description: 'Refused at once: the address is not valid, whatever it is.',
    behaviour: all({ refusal: 'bad-address' }),
  },
  {
    code: '9112',
    effect: 'final-changes',
    description: 'Confirmed and paid after 1 s; 2 s later it says `cancelled` all the same.',
    behaviour: {
      ...bothOfFamily({ script: [processing.confirmed, afterTwoSeconds(processing.cancelled)] }),
      cryptopay: {
        script: [cryptopay.processing, cryptopay.sent, cryptopay.completed, afterTwoSeconds(cryptopay.cancelled)],
      },
    },
  },
  {
    code: '9113',
    effect: 'look-up-never-final',
    description: 'Confirmed with its callback, but look-ups go on showing the status before.',
    behaviour: allWithCallbacks({ lookUp: 'never-final' }),
  },
  {
    code: '9114',
    effect: 'called-back-before-answer',
    description:
      'Confirmed, and the callback delivered, before the response to the create (Cryptopay two-step: to the commit).',
    behaviour: allWithCallbacks({ callbacks: 'before-response' }),
  },
  {
    code: '9201',
    effect: 'high-risk-address',
    description: 'Refused at once with `high_risk_address`.',
    behaviour: { cryptopay: { refusal: 'high-risk-address' } },
  },
  {
    code: '9202',
    effect: 'failed-then-completed',
    description: '`failed`, which is not final, and `completed` 2 s later.',
    behaviour: {
      cryptopay: { script: [cryptopay.processing, cryptopay.failed, afterTwoSeconds(cryptopay.completed)] },
    },
  },
  {
    code: '9203',
    effect: 'failed-then-cancelled',
    description: '`failed`, and `cancelled` 2 s later.',
    behaviour: {
      cryptopay: { script: [cryptopay.processing, cryptopay.failed, afterTwoSeconds(cryptopay.cancelled)] },
    },
  },
  {
    code: '9204',
    effect: 'over-quoted',
    description: 'Quoted at twice the charge, which a `maxCharge` should stop.',
    behaviour: { cryptopay: { chargeFactor: 2 } },
  },
  {
    code: '9205',
    effect: 'window-closed',
    description: 'The commit window is closed from the start: every commit is too late, and it expires after 1 s.',
    behaviour: { cryptopay: { commitWindow: 'closed' } },
  },
  {
    code: '9206',
    effect: 'risk-details',
    description: 'Completed, with `risk` details instead of null.',
    behaviour: { cryptopay: { risk: 'shown' } },
  },
  {
    code: '9301',
    effect: 'postback-json',
    description: 'Posts an invoice-style postback as JSON when paid.',
    behaviour: { cryptocloud: { postback: 'json' } },
  },
  {
    code: '9302',
    effect: 'postback-form',
    description: 'Posts an invoice-style postback as a form when paid.',
    behaviour: { cryptocloud: { postback: 'form' } },
  },
  {
    code: '9303',
    effect: 'old-envelope',
    description: 'Responds in the older envelope: `data` instead of `result`.',
    behaviour: { cryptocloud: { envelope: 'old' } },
  },
] as const satisfies readonly MagicValue[];

export type Effect = (typeof magicValues)[number]['effect'];

/** A magic value as `GET /magic` and docs/simulator.md show it. */
export interface ShownMagicValue {
  readonly code: string;
  readonly effect: Effect;
  readonly providers: readonly ProviderName[];
  readonly description: string;
}

const byCode: ReadonlyMap<string, MagicValue> = new Map(magicValues.map((value) => [value.code, value]));

export const shownMagicValues: readonly ShownMagicValue[] = magicValues.map((value) => ({
  code: value.code,
  effect: value.effect,
  providers: providerNames.filter((name) => Object.hasOwn(value.behaviour, name)),
  description: value.description,
}));

/**
 * The magic code in an amount: its last four significant digits, without the dot and trailing zeros.
 * `0.00009101` and `10.9101` both carry 9101. Null if that is no code of this provider's.
 */
export function codeOf(amount: Money, provider: ProviderName): string | null {
  const digits = amount.toFixed().replace('.', '').replace(/^0+/, '');
  const code = (amount.decimalPlaces() > 0 ? digits : digits.replace(/0+$/, '')).slice(-4);
  return byCode.get(code)?.behaviour[provider] === undefined ? null : code;
}

/** How `provider` treats a payout whose amount carries `code`; undefined: as any other. */
export function behaviourOf<P extends ProviderName>(provider: P, code: string | null): Behaviours[P] | undefined {
  return code === null ? undefined : byCode.get(code)?.behaviour[provider];
}
