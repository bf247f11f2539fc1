import { z } from 'zod';
import { absentField, absentStatus, flag, origin, refusePlainHttp, secretList, text } from '../variables.js';

/** What verifies callbacks: the secret that signs requests too, but not without the API key. */
export const processingCallbackSettings = z.object({
  SECRET: secretList.meta({
    description: 'Your secret key. While it is rotated: new,old (the first signs, each verifies callbacks).',
    secret: true,
    devDefault: 'test-secret',
  }),
});

/** The environment variables of a provider that speaks the processing protocol; `resend` is its default for RESEND. */
export function processingSettings({ hosts, resend }: { hosts: string; resend: boolean }) {
  return z
    .object({
      BASE_URL: origin.meta({ description: `Origin of the API, without a path: ${hosts}` }),
      API_KEY: text.meta({ description: 'Your API key.', secret: true, devDefault: 'test-key' }),
      ...processingCallbackSettings.shape,
      SANDBOX: flag(false).meta({
        description: 'true: payouts to test addresses are allowed.',
        default: 'false',
        devDefault: 'true',
      }),
      RESEND: flag(resend).meta({
        description: 'true: a reference that the provider is proven not to know may be sent again.',
        default: String(resend),
      }),
      ABSENT_STATUS: absentStatus.meta({
        description: 'HTTP status of its look-up’s response "no such withdrawal"; ask its support.',
        default: '404',
      }),
      ABSENT_FIELD: absentField.meta({
        description: 'The field in that response’s {"errors": {field: message}}; ask its support.',
        default: 'foreign_id',
      }),
    })
    .superRefine(refusePlainHttp);
}

export type ProcessingSettings = z.output<ReturnType<typeof processingSettings>>;
export type ProcessingCallbackSettings = z.output<typeof processingCallbackSettings>;
