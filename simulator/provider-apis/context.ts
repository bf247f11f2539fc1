import type { Credentials } from '../behaviour/credentials.js';
import type { Limits } from '../behaviour/limits.js';
import type { Modes } from '../behaviour/modes.js';
import type { Journal } from '../ledger/journal.js';
import type { Ledger } from '../ledger/ledger.js';
import type { ScriptRunner } from '../ledger/script-runner.js';
import type { Clock } from '../time/clock.js';

/** What a provider's folder is given. */
export interface Context {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly scriptRunner: ScriptRunner;
  readonly limits: Limits;
  readonly modes: Modes;
  /** The current ones. */
  readonly credentials: () => Credentials;
  /** When CryptoCloud last took an authentic create (elapsed time). */
  lastCryptocloudCreate: number | null;
}
