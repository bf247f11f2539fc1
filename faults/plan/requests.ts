import { bech32, createBase58check } from '@scure/base';
import { sha256 } from '@noble/hashes/sha2.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { magicValues } from '../../simulator/behaviour/magic-values.js';
import type { Random } from '../world/random.js';

/** Personal data that no request of the real world has: found outside of a payload, it has leaked. */
export const canaries = ['Zebulon', 'Quillfeather', '1931-12-05', 'zebulon.quillfeather@example.com'] as const;
const [firstName, lastName, dateOfBirth, email] = canaries;

/** A request that each provider takes, another one each time. `amount`s are told apart by their digits. */
export function drawRequest(random: Random, index: number, now: number, provider: ProviderName): WithdrawalRequest {
  const requestedAt = new Date(now - random.integer(0, 20_000)).toISOString();
  const common = { withdrawalId: `w${index}-${random.integer(100, 999)}`, provider, requestedAt };
  const sendBy = random.oneIn(4) ? { sendBy: new Date(now + random.duration(20_000, 40 * 60_000)).toISOString() } : {};
  return { ...common, ...sendBy, ...ofProvider(provider, random, index) };
}

function ofProvider(
  provider: ProviderName,
  random: Random,
  index: number,
): Omit<WithdrawalRequest, 'withdrawalId' | 'provider' | 'requestedAt'> {
  const code = drawCode(provider, random);
  switch (provider) {
    case 'cryptoprocessing':
      return {
        ...{ currency: 'BTC', amount: `0.0${index + 1}${code}`, address: bitcoinTestAddress(random) },
        endUserReference: `user-${index}`,
        sender: { type: 'legal', legalName: lastName, countryOfRegistration: 'DEU', email },
        receiver: { type: 'natural', firstName, lastName, dateOfBirth },
      };
    case 'alphapo':
      return {
        currency: 'BTC',
        amount: `0.0${index + 1}${code}`,
        address: bitcoinTestAddress(random),
        endUserReference: `user-${index}`,
      };
    case 'cryptopay': {
      const isOneStep = random.oneIn(4);
      const [whole, rest] = [code.slice(0, 2), code.slice(2)];
      const options = {
        ...(isOneStep && { forceCommit: true }),
        ...(!isOneStep && random.oneIn(3) && { maxCharge: `${index + 1}${whole}.99` }),
      };
      return {
        ...{
          currency: 'EUR',
          amount: `${index + 1}${whole}.${rest}`,
          convertTo: 'BTC',
          address: bitcoinTestAddress(random),
        },
        ...(Object.keys(options).length > 0 && { cryptopay: options }),
      };
    }
    case 'cryptocloud':
      return {
        currency: 'USDT_TRC20',
        amount: `${index + 1}${code}.0`.replace('.0', ''),
        address: tronAddress(random),
      };
  }
}

export function drawProvider(random: Random): ProviderName {
  return random.weighted({ cryptoprocessing: 3, alphapo: 3, cryptopay: 4, cryptocloud: 3 });
}

/** The last digits of the amount, by which the simulator chooses how it treats a payout; mostly none of those. */
function drawCode(provider: ProviderName, random: Random): string {
  const known = magicValues.filter(({ behaviour }) => Object.hasOwn(behaviour, provider));
  return random.oneIn(3) ? random.pick(known).code : String(random.integer(1_001, 8_999));
}

function bytes(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.integer(0, 255));
}

function bitcoinTestAddress(random: Random): string {
  return bech32.encode('tb', [0, ...bech32.toWords(bytes(random, 20))]);
}

function tronAddress(random: Random): string {
  return createBase58check(sha256).encode(Uint8Array.from([0x41, ...bytes(random, 20)]));
}
