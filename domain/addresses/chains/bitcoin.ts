import type { Versions } from '../encodings/base58check.js';
import { readBase58Address } from '../encodings/base58check.js';
import { readSegwitAddress } from '../encodings/segwit.js';
import type { ChainDefinition } from '../chain-definition.js';

/** First bytes as in Bitcoin Core's chainparams.cpp. */
export const bitcoinVersions: Versions = new Map([
  [0x00, { pays: 'key', network: 'main' }],
  [0x05, { pays: 'script', network: 'main' }],
  [0x6f, { pays: 'key', network: 'test' }],
  [0xc4, { pays: 'script', network: 'test' }],
]);

export const bitcoin: ChainDefinition = {
  title: 'Bitcoin',
  forms: 'bc1…, 1… or 3…; of its test networks tb1…, bcrt1…, m…, n… or 2…',
  coins: { BTC: 8 },
  read: (address) =>
    readSegwitAddress(address, { bc: 'main', tb: 'test', bcrt: 'test' }) ??
    readBase58Address(address, bitcoinVersions, '13mn2'),
};
