import type { Books } from '../ledger/journal.js';
import type { Clock } from '../time/clock.js';
import type { Credentials } from '../behaviour/credentials.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Limits } from '../behaviour/limits.js';
import type { Lives } from '../ledger/script-runner.js';
import type { Modes } from '../behaviour/modes.js';

/** What a provider's folder is given. */
export interface World {
  readonly clock: Clock;
  readonly books: Books;
  readonly ledger: Ledger;
  readonly lives: Lives;
  readonly limits: Limits;
  readonly modes: Modes;
  /** As they are now. */
  readonly credentials: () => Credentials;
  /** When CryptoCloud last took an authentic create (elapsed time). */
  lastCryptocloudCreate: number | null;
}
