import type { Versions } from '../encodings/base58check.js';
import { readBase58Address } from '../encodings/base58check.js';
import { readSegwitAddress } from '../encodings/segwit.js';
import type { ChainDefinition } from '../chain-definition.js';

const OLD_FORM = 'is in the old form, which is Bitcoin’s, too: give its M… form';

/** As in Litecoin Core: scripts had Bitcoin's first byte (3…) before they got their own (M…). */
const versions: Versions = new Map([
  [0x30, { pays: 'key', network: 'main' }],
  [0x32, { pays: 'script', network: 'main' }],
  [0x05, { pays: 'script', network: 'main', uncheckedBecause: OLD_FORM }],
  [0x6f, { pays: 'key', network: 'test' }],
  [0x3a, { pays: 'script', network: 'test' }],
  [0xc4, { pays: 'script', network: 'test' }],
]);

export const litecoin: ChainDefinition = {
  title: 'Litecoin',
  forms: 'ltc1…, L… or M…; of its test networks tltc1…, rltc1…, m…, n…, Q… or 2…',
  uncheckedForm: OLD_FORM,
  coins: { LTC: 8 },
  read: (address) =>
    readSegwitAddress(address, { ltc: 'main', tltc: 'test', rltc: 'test' }) ??
    readBase58Address(address, versions, 'LM3mnQ2'),
};
