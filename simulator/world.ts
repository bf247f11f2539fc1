import type { Books } from './books.js';
import type { Clock } from './clock.js';
import type { Credentials } from './credentials.js';
import type { Ledger } from './ledger.js';
import type { Limits } from './limits.js';
import type { Lives } from './lives.js';
import type { Modes } from './modes.js';

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
