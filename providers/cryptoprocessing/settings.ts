import { processingSettings } from '../processing/settings.js';

/** `CRYPTOPROCESSING_*`. Its documents say that a reference is unique, so one that it doesn't know may be sent again. */
export const settings = processingSettings({
  hosts: 'https://app.cryptoprocessing.com, sandbox https://app.sandbox.cryptoprocessing.com',
  resend: true,
});
