import { z } from 'zod';

/** What a mode chooses between, as docs/simulator.md shows it. */
interface ModeTexts {
  readonly byDefault: string;
  readonly otherwise: string;
}
const texts = z.registry<ModeTexts>();

/**
 * How the providers behave where their documents are silent. Every default is the most lenient reading; a client that is
 * safe must stand the others, too. One row per mode: its values, its default, and the texts of docs/simulator.md.
 */
export const modeValues = z.strictObject({
  'reference-not-unique': z.boolean().default(false).register(texts, {
    byDefault: 'false: a used reference is refused',
    otherwise: 'a repeat is a second payout; look-ups find the newest',
  }),
  'reference-ignores-case': z.boolean().default(false).register(texts, {
    byDefault: 'false',
    otherwise: '`abc` and `ABC` are one reference, for uniqueness and look-ups',
  }),
  'late-commit-accepted': z.boolean().default(false).register(texts, {
    byDefault: 'false: refused',
    otherwise: 'Cryptopay: a commit after the window, even of a cancelled withdrawal, pays',
  }),
  'new-after-expiry': z.boolean().default(false).register(texts, {
    byDefault: 'false: `cancelled`',
    otherwise: 'Cryptopay: those created from now on go on saying `new` after the window',
  }),
  'pending-until-committed': z.boolean().default(false).register(texts, {
    byDefault: 'false: `new`',
    otherwise: 'Cryptopay: a two-step withdrawal says `pending` until it is committed',
  }),
  'refusal-stored': z.boolean().default(false).register(texts, {
    byDefault: 'false',
    otherwise:
      'a valid create that was refused (address, balance, risk) leaves a `cancelled` record under its reference',
  }),
  'look-up-lags': z.number().int().nonnegative().default(0).register(texts, {
    byDefault: '0',
    otherwise: 'look-ups show the state of so many milliseconds ago',
  }),
  'absent-status': z
    .strictObject({ status: z.number().int().min(200).max(599), body: z.unknown().optional() })
    .default({ status: 404 })
    .register(texts, {
      byDefault: '`{"status": 404}`',
      otherwise: 'CryptoProcessing and AlphaPo: status and `body` (JSON, or text as HTML) for an unknown reference',
    }),
  'amounts-as-strings': z.boolean().default(false).register(texts, {
    byDefault: 'false: a number, as its document says',
    otherwise: 'AlphaPo takes amounts as strings, too',
  }),
  'xrp-tag-required': z.boolean().default(false).register(texts, {
    byDefault: 'false: of XRP without a tag the documents only warn',
    otherwise: 'CryptoProcessing and AlphaPo refuse XRP without a tag',
  }),
  'bare-envelope': z.boolean().default(false).register(texts, {
    byDefault: 'false: in `data`, as the official clients expect',
    otherwise: 'Cryptopay’s responses have no `data`, as in its document’s sample; callbacks keep it',
  }),
  'exchange-without-fee': z.boolean().default(false).register(texts, {
    byDefault: 'false: with `fee` and `fee_currency`',
    otherwise: 'Cryptopay’s `exchange` has `pair` and `rate` alone, as in its official clients’ fixtures',
  }),
  'old-envelope': z.boolean().default(false).register(texts, {
    byDefault: 'false: `result`',
    otherwise: 'CryptoCloud’s responses have `data`',
  }),
  postback: z.enum(['none', 'json', 'form']).default('none').register(texts, {
    byDefault: '`none`',
    otherwise: '`json` or `form`: CryptoCloud posts an invoice-style postback for each payout that was paid',
  }),
});
export type ModeValues = z.infer<typeof modeValues>;

/** A mode as docs/simulator.md shows it. */
export interface ModeRow extends ModeTexts {
  readonly mode: string;
}

export const modeRows: readonly ModeRow[] = Object.entries(modeValues.shape).map(([mode, schema]) => {
  const row = texts.get(schema);
  if (row === undefined) throw new Error(`mode ${mode}: without texts`);
  return { mode, ...row };
});

export class Modes {
  values: ModeValues = modeValues.parse({});

  clear(): void {
    this.values = modeValues.parse({});
  }
}
