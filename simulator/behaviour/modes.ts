import { z } from 'zod';

/**
 * How the providers behave where their documents are silent. Every default is the kindest reading; a client that is
 * safe must stand the others, too.
 */
export const modeValues = z.strictObject({
  /** A second create with a used reference is a second payout. */
  'reference-not-unique': z.boolean().default(false),
  /** References that differ in case only are one reference, for uniqueness and for look-ups. */
  'reference-ignores-case': z.boolean().default(false),
  /** Cryptopay: a commit after the window, or of an expired withdrawal, pays. */
  'late-commit-accepted': z.boolean().default(false),
  /** Cryptopay: an expired withdrawal goes on saying `new` instead of `cancelled` (for those created from now on). */
  'new-after-expiry': z.boolean().default(false),
  /** Cryptopay: a two-step withdrawal says `pending` instead of `new` until it is committed. */
  'pending-until-committed': z.boolean().default(false),
  /** A refused create that could be read leaves a `cancelled` record under its reference. */
  'refusal-stored': z.boolean().default(false),
  /** Look-ups show the world as it was this many milliseconds ago. */
  'look-up-lags': z.number().int().nonnegative().default(0),
  /** The processing family's answer to a look-up of an unknown reference. */
  'absent-status': z
    .strictObject({ status: z.number().int().min(200).max(599), body: z.unknown().optional() })
    .default({ status: 404 }),
  /** AlphaPo: takes amounts as strings, too. */
  'amounts-as-strings': z.boolean().default(false),
  /** The processing family: XRP without a tag is refused. */
  'xrp-tag-required': z.boolean().default(false),
  /** Cryptopay: answers are not wrapped in `data`, as in its documents' sample. */
  'bare-envelope': z.boolean().default(false),
  /** Cryptopay: `exchange` has a pair and a rate alone, as in its official clients' fixtures. */
  'exchange-without-fee': z.boolean().default(false),
  /** CryptoCloud: answer in the older envelope, `data` instead of `result`. */
  'old-envelope': z.boolean().default(false),
  /** CryptoCloud: post an invoice-style postback for each payout that was paid. */
  postback: z.enum(['none', 'json', 'form']).default('none'),
});
export type ModeValues = z.infer<typeof modeValues>;

export class Modes {
  values: ModeValues = modeValues.parse({});

  clear(): void {
    this.values = modeValues.parse({});
  }
}
