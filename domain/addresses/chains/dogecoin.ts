import type { Versions } from '../encodings/base58check.js';
import { readBase58Address } from '../encodings/base58check.js';
import type { ChainDefinition } from '../chain-definition.js';

/** As in Dogecoin Core. */
const versions: Versions = new Map([
  [0x1e, { pays: 'key', network: 'main' }],
  [0x16, { pays: 'script', network: 'main' }],
  [0x71, { pays: 'key', network: 'test' }],
  [0xc4, { pays: 'script', network: 'test' }],
]);

/** Dogecoin has no SegWit. */
export const dogecoin: ChainDefinition = {
  title: 'Dogecoin',
  forms: 'D…, 9… or A…; of its test network n… or 2…',
  coins: { DOGE: 8 },
  read: (address) => readBase58Address(address, versions, 'DA9n2'),
};
