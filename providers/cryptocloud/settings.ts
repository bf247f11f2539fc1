import { z } from 'zod';
import { flag, origin, refusePlainHttp, secretList, text } from '../variables.js';

/** The provider's rule: "Minimum interval between requests — 12 seconds." */
const DOCUMENTED_INTERVAL_MS = 12_000;

const forCallbacks = z.object({
  PROJECT_SECRET: secretList.meta({
    description: 'Your project’s secret key. While it is rotated: new,old (each verifies postbacks).',
    secret: true,
    devDefault: 'test-project-secret',
  }),
  POSTBACK: z.enum(['ask', 'confirm'], { error: 'must be ask or confirm' }).default('ask').meta({
    description: 'What a postback does: ask (a person) or, with CRYPTOCLOUD_SANDBOX=true only, confirm the withdrawal.',
    default: 'ask',
  }),
  SANDBOX: flag(false).meta({
    description: 'true: payouts to test addresses are allowed.',
    default: 'false',
    devDefault: 'true',
  }),
});
type ForCallbacks = z.output<typeof forCallbacks>;

function confirmOnlyInSandbox({ POSTBACK, SANDBOX }: ForCallbacks, context: z.RefinementCtx): void {
  if (SANDBOX || POSTBACK === 'ask') return;
  const message = 'must be ask: confirm needs SANDBOX=true, since the documents have postbacks for invoices only';
  context.addIssue({ code: 'custom', path: ['POSTBACK'], message });
}

/** What verifies its postbacks, and says what they may do. */
export const callbackSettings = forCallbacks.superRefine(confirmOnlyInSandbox);
const { PROJECT_SECRET, POSTBACK, SANDBOX } = forCallbacks.shape;

/** `CRYPTOCLOUD_*`. It takes no reference from us, so there is no RESEND and nothing to look up. */
export const settings = z
  .object({
    BASE_URL: origin.meta({ description: 'Origin of the API, without a path: https://api.cryptocloud.plus' }),
    API_KEY: text.meta({
      description: 'Your API key for withdrawals, from "Security".',
      secret: true,
      devDefault: 'test-key',
    }),
    PROJECT_SECRET,
    MIN_INTERVAL: z
      .string()
      .regex(/^\d{1,4}(\.\d{1,3})?$/, { error: 'must be a number of seconds, such as 12' })
      .default('12')
      .transform((seconds) => Math.round(Number(seconds) * 1000))
      .meta({ description: 'Least time between two withdrawals, in seconds.', default: '12' }),
    POSTBACK,
    SANDBOX,
  })
  .superRefine(refusePlainHttp)
  .superRefine(confirmOnlyInSandbox)
  .superRefine(({ MIN_INTERVAL, SANDBOX }, context) => {
    if (SANDBOX || MIN_INTERVAL >= DOCUMENTED_INTERVAL_MS) return;
    const message = 'must be at least 12, the provider’s own rule; less needs SANDBOX=true';
    context.addIssue({ code: 'custom', path: ['MIN_INTERVAL'], message });
  });

export type CryptocloudSettings = z.output<typeof settings>;
export type CryptocloudCallbackSettings = z.output<typeof callbackSettings>;
