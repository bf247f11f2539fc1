import { randomBytes, randomInt } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import { base58xrp, bech32, createBase58check } from '@scure/base';
import type { LegalEntity, NaturalPerson } from '../../../domain/validation/persons.js';

/** A text that stands nowhere else in the world: wherever it is found, it came from here. */
export interface Canary {
  /** What it was, as `w-1.sender.firstName`. */
  of: string;
  text: string;
}

/** Makes personal data, each of it unique, right by the rules of its field, and on record. */
export class Canaries {
  readonly all: Canary[] = [];

  /** Free text of a person, with letters that some spell otherwise. */
  text(of: string): string {
    return this.kept(of, `${letters(12)} “Zoë” / ${letters(16)}`);
  }

  /** Text without blanks: a customer's id, for one. */
  word(of: string): string {
    return this.kept(of, letters(32));
  }

  /** A destination tag of the XRP Ledger; none that is a time of our days, in seconds. */
  tag(of: string): string {
    return this.kept(of, String(randomInt(2_100_000_000, 4_294_967_295)));
  }

  /** A transaction's id. */
  txid(of: string): string {
    return this.kept(of, randomBytes(32).toString('hex'));
  }

  address(of: string, chain: keyof typeof randomAddress): string {
    return this.kept(of, randomAddress[chain]());
  }

  natural(of: string): NaturalPerson {
    const born = new Date(Date.UTC(1900, 0, randomInt(1, 365 * 60)));
    return {
      type: 'natural',
      firstName: this.kept(`${of}.firstName`, `Zoë ${letters(20)}`),
      lastName: this.kept(`${of}.lastName`, `O’${letters(20)}`),
      dateOfBirth: this.kept(`${of}.dateOfBirth`, born.toISOString().slice(0, 10)),
    };
  }

  legal(of: string): LegalEntity {
    const countryOfRegistration = letters(3).toUpperCase();
    // Three letters stand anywhere by chance, but not behind their name.
    this.kept(`${of}.countryOfRegistration`, `Registration":"${countryOfRegistration}`);
    return { type: 'legal', legalName: this.kept(`${of}.legalName`, `${letters(20)} & Söhne`), countryOfRegistration };
  }

  email(of: string): string {
    return this.kept(`${of}.email`, `${letters(14)}@${letters(14)}.example`);
  }

  /** Puts what somebody else has made on record. */
  kept(of: string, text: string): string {
    this.all.push({ of, text });
    return text;
  }
}

function letters(count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(97 + randomInt(26))).join('');
}

const randomAddress = {
  bitcoin: () => bech32.encode('tb', [0, ...bech32.toWords(randomBytes(20))]),
  tron: () => createBase58check(sha256).encode(Uint8Array.of(0x41, ...randomBytes(20))),
  ripple: () => {
    const account = Uint8Array.of(0, ...randomBytes(20));
    return base58xrp.encode(Uint8Array.of(...account, ...sha256(sha256(account)).subarray(0, 4)));
  },
};
