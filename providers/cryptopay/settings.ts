import { z } from 'zod';
import { absentStatus, flag, origin, refusePlainHttp, secretList, text } from '../variables.js';

/** What verifies its callbacks: a secret of their own. */
export const callbackSettings = z.object({
  CALLBACK_SECRET: secretList.meta({
    description: 'Your callback secret. While it is rotated: new,old (each verifies callbacks).',
    secret: true,
    devDefault: 'test-callback-secret',
  }),
});

/** `CRYPTOPAY_*`. Its documents say that a custom_id is unique, so one that it doesn't know may be sent again. */
export const settings = z
  .object({
    BASE_URL: origin.meta({
      description:
        'Origin of the API, without a path: https://business.cryptopay.me, sandbox https://business-sandbox.cryptopay.me',
    }),
    API_KEY: text.meta({ description: 'Your API key.', secret: true, devDefault: 'test-key' }),
    API_SECRET: text.meta({ description: 'Your API secret: signs requests.', secret: true, devDefault: 'test-secret' }),
    ...callbackSettings.shape,
    SANDBOX: flag(false).meta({
      description: 'true: payouts to test addresses are allowed.',
      default: 'false',
      devDefault: 'true',
    }),
    RESEND: flag(true).meta({
      description: 'true: a reference that the provider is proven not to know may be sent again.',
      default: 'true',
    }),
    ABSENT_STATUS: absentStatus.meta({
      description: 'HTTP status of its look-up’s response "no such withdrawal"; ask its support.',
      default: '404',
    }),
  })
  .superRefine(refusePlainHttp);

export type CryptopaySettings = z.output<typeof settings>;
export type CryptopayCallbackSettings = z.output<typeof callbackSettings>;
