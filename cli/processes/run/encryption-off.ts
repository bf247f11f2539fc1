import type { Logger } from 'pino';
import type { EncryptionSettings } from '../../../settings/encryption.js';

export const encryptionOff =
  'by OUTFLOW_ENCRYPTION: everyone who reaches Temporal reads all that it stores, personal data included, and what they write there is believed';

const HOUR_MS = 3_600_000;

/** Says it at the start and each hour, for as long as the process runs: nobody forgets it. */
export function warnWhileOff({ isOn }: EncryptionSettings, log: Pick<Logger, 'warn'>, everyMs = HOUR_MS): void {
  if (isOn) return;
  const warn = () => log.warn(`encryption is off, ${encryptionOff}`);
  warn();
  setInterval(warn, everyMs).unref();
}
