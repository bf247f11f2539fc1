import type { AmountType } from '../../http/json.js';

/** What differs between CryptoProcessing and AlphaPo; all else of the protocol is shared. */
export interface Dialect {
  readonly name: 'cryptoprocessing' | 'alphapo';
  /** HTTP status of an accepted create: 201 "Created" or 200 "OK". */
  readonly createdStatus: 201 | 200;
  /** Whether sender and receiver are to be named (MiCA). */
  readonly namesPersons: boolean;
  /** What an amount may be: CryptoProcessing's schema has numbers, its sample a string; AlphaPo has numbers in both. */
  readonly amounts: AmountType;
  /** Whether `tag` may be null, as in AlphaPo's request sample. */
  readonly tagMayBeNull: boolean;
  readonly lookUpKeys: readonly ('id' | 'foreign_id' | 'txid')[];
  /** Where the samples' ids were. */
  readonly firstId: number;
}
