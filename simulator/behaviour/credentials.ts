import { z } from 'zod';

const secret = z.string().min(1);

/** Our keys and secrets at the providers. `PUT /credentials` changes them while running, for rotations. */
export const credentials = z.strictObject({
  /** API key of all four providers. */
  key: secret.default('test-key'),
  /** Signs requests (processing family, Cryptopay) and the processing family's callbacks. */
  secret: secret.default('test-secret'),
  /** Signs Cryptopay's callbacks. */
  callbackSecret: secret.default('test-callback-secret'),
  /** Signs the token in CryptoCloud's postbacks. */
  projectSecret: secret.default('test-project-secret'),
});
export type Credentials = z.infer<typeof credentials>;
