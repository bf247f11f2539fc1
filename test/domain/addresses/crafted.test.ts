import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { base58, base58xrp, base64url } from '@scure/base';
import { checkAddress } from '../../../domain/addresses/index.js';
import type { Chain } from '../../../domain/addresses/index.js';
import { chains } from '../../../domain/addresses/chains/index.js';
import { addressOf, solanaAddresses } from './vectors.js';

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();
const withChecksum = (data: Uint8Array) => Buffer.concat([data, sha256(sha256(data)).subarray(0, 4)]);
const hex = (text: string) => Buffer.from(text, 'hex');
const HASH = 'a614f803b6fd780986a42c78ec9c7f77e6ded13c';

/** CRC-16/XMODEM by its definition, digit by digit. */
function crc16(data: Uint8Array): Buffer {
  let bits = Array.from(data, (byte) => byte.toString(2).padStart(8, '0')).join('') + '0'.repeat(16);
  const divisor = 0b1_0001_0000_0010_0001;
  for (let first = bits.indexOf('1'); first !== -1 && first < bits.length - 16; first = bits.indexOf('1')) {
    const rest = (parseInt(bits.slice(first, first + 17), 2) ^ divisor).toString(2).padStart(17, '0');
    bits = bits.slice(0, first) + rest + bits.slice(first + 17);
  }
  return hex(parseInt(bits.slice(-16), 2).toString(16).padStart(4, '0'));
}

const coin = (content: string) => base58.encode(withChecksum(hex(content)));
const xrp = (content: string) => base58xrp.encode(withChecksum(hex(content)));
const ton = (content: string) => base64url.encode(Buffer.concat([hex(content), crc16(hex(content))]));

/** A CashAddr of the main network, as its specification writes one. */
function cash(content: string): string {
  const bits = Array.from(hex(content), (byte) => byte.toString(2).padStart(8, '0')).join('');
  const words = (bits.match(/.{1,5}/g) ?? []).map((five) => parseInt(five.padEnd(5, '0'), 2));
  const prefix = Array.from('bitcoincash', (letter) => letter.charCodeAt(0) & 31);
  const generators = [0x98f2bc8e61n, 0x79b76d99e2n, 0xf33e5fb3c4n, 0xae2eabe2a8n, 0x1e4f43e470n];
  const sum = [...prefix, 0, ...words, ...Array<number>(8).fill(0)].reduce((chk, word) => {
    const next = ((chk & 0x07ffffffffn) << 5n) ^ BigInt(word);
    return generators.reduce(
      (all, generator, bit) => ((chk >> (35n + BigInt(bit))) & 1n ? all ^ generator : all),
      next,
    );
  }, 1n);
  const checksum = Array.from({ length: 8 }, (_, place) => Number(((sum ^ 1n) >> BigInt(5 * (7 - place))) & 31n));
  return `bitcoincash:${[...words, ...checksum].map((word) => 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'.charAt(word)).join('')}`;
}

describe('an address whose checksum is right and whose content is wrong is refused', () => {
  test.each<[string, Chain, string, string]>([
    ['21 bytes of hash', 'bitcoin', coin(`00${HASH}`), coin(`00${HASH}00`)],
    ['19 bytes of hash', 'bitcoin', coin(`00${HASH}`), coin(`00${HASH.slice(2)}`)],
    ['another first byte', 'bitcoin', coin(`05${HASH}`), coin(`06${HASH}`)],
    ['another first byte', 'dogecoin', coin(`1e${HASH}`), coin(`1f${HASH}`)],
    ['the first byte of TRON’s old test network', 'tron', coin(`41${HASH}`), coin(`a0${HASH}`)],
    ['the first byte after TRON’s', 'tron', coin(`41${HASH}`), coin(`42${HASH}`)],
    ['21 bytes of account', 'ripple', xrp(`00${HASH}`), xrp(`00${HASH}00`)],
    ['19 bytes of account', 'ripple', xrp(`00${HASH}`), xrp(`00${HASH.slice(2)}`)],
    ['flag 2', 'ripple', xrp(`0544${HASH}010700000000000000`), xrp(`0544${HASH}020700000000000000`)],
    ['a tag that isn’t flagged', 'ripple', xrp(`0544${HASH}000000000000000000`), xrp(`0544${HASH}000700000000000000`)],
    ['a tag of 33 bits', 'ripple', xrp(`0544${HASH}01ffffffff00000000`), xrp(`0544${HASH}010000000001000000`)],
    ['20 bytes said to be 24', 'bitcoin_cash', cash(`00${HASH}`), cash(`01${HASH}`)],
    ['the reserved bit', 'bitcoin_cash', cash(`08${HASH}`), cash(`88${HASH}`)],
    ['other flags', 'ton', ton(`1100${HASH}${'5'.repeat(24)}`), ton(`1200${HASH}${'5'.repeat(24)}`)],
    ['another workchain', 'ton', ton(`11ff${HASH}${'5'.repeat(24)}`), ton(`1101${HASH}${'5'.repeat(24)}`)],
  ])('%s on %s', (_what, chain, right, wrong) => {
    expect(typeof chains[chain].read(right)).toBe('object');
    expect(chains[chain].read(wrong)).toBe('wrong form');
  });
});

describe('what the check says', () => {
  test('an address that may be of several chains is judged by the most certain one', () => {
    const scriptOfBoth = '3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY';
    expect(checkAddress('litecoin', scriptOfBoth)).toEqual({ network: 'main', unchecked: true });
    expect(checkAddress(['litecoin', 'bitcoin'], scriptOfBoth)).toEqual({ network: 'main', unchecked: false });
  });

  test('an address of Solana, which has no checksum, is unchecked', () => {
    for (const address of solanaAddresses)
      expect(checkAddress('solana', address)).toEqual({ network: 'both', unchecked: true });
  });

  test.each<[Chain, string]>([
    ['bitcoin', 'main'],
    ['bitcoin_cash', 'main'],
    ['evm', 'both'],
    ['tron', 'both'],
    ['ripple', 'both'],
    ['ton', 'both'],
    ['stellar', 'both'],
  ])('of %s: network %s', (chain, network) => {
    expect(checkAddress(chain, addressOf[chain])).toEqual({ network, unchecked: false });
  });
});
