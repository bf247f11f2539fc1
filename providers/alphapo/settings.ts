import { processingSettings } from '../processing/settings.js';

/** `ALPHAPO_*`. What its documents promise about a reference used twice is not found, so nothing is sent again by itself. */
export const settings = processingSettings({ hosts: 'https://app.alphapo.net', resend: false });
