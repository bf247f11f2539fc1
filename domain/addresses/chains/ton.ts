import { base64, base64url, hex } from '@scure/base';
import { decoded } from '../encodings/base58check.js';
import { crc16 } from '../encodings/crc16.js';
import type { AddressReading, ChainDefinition } from '../chain-definition.js';

const NO_CHECKSUM = 'is in raw form, without a checksum, so a typo in it can’t be seen: give its EQ… or UQ… form';

/** TEP-2: the user-friendly form with its flags and checksum, in either base64; and the raw form, which has none. */
export const ton: ChainDefinition = {
  title: 'TON',
  forms: 'EQ…, UQ…, Ef… or Uf… with 48 letters; of its test network kQ…, 0Q…, kf… or 0f…',
  uncheckedForm: NO_CHECKSUM,
  coins: { TON: 9 },
  read: (address) => {
    const [, workchain, account] = /^(0|-1):([0-9a-fA-F]{64})$/.exec(address) ?? [];
    if (workchain !== undefined && account !== undefined) {
      return { account: `${workchain}:${account.toLowerCase()}`, network: 'both', uncheckedBecause: NO_CHECKSUM };
    }
    if (/^[EUk0][A-Za-z0-9_-]{47}$/.test(address)) return readFriendly(decoded(base64url, address));
    if (/^[EUk0][A-Za-z0-9+/]{47}$/.test(address)) return readFriendly(decoded(base64, address));
    return 'wrong form';
  },
};

const BOUNCEABLE = 0x11;
const NOT_BOUNCEABLE = 0x51;
const TEST_ONLY = 0x80;

/** A flag byte, the workchain (0, or -1 as 0xff), the account, and a checksum, most significant byte first. */
function readFriendly(bytes: Uint8Array | undefined): AddressReading {
  const [flags = 0, workchain] = bytes ?? [];
  if (bytes?.length !== 36) return 'wrong form';
  if (crc16(bytes) !== 0) return 'wrong checksum'; // over its own checksum, too
  const kind = flags & ~TEST_ONLY;
  if ((kind !== BOUNCEABLE && kind !== NOT_BOUNCEABLE) || (workchain !== 0 && workchain !== 0xff)) return 'wrong form';
  return {
    account: `${workchain === 0 ? '0' : '-1'}:${hex.encode(bytes.subarray(2, 34))}`,
    // Without the flag it serves both; whether bounceable or not, it is the same account.
    network: (flags & TEST_ONLY) === 0 ? 'both' : 'test',
  };
}
