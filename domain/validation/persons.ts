import type { Check, Checks, Violation } from './fields.js';
import { check, fieldsOf, isoDate, object, oneOf, text, violation } from './fields.js';
import type { PersonalKind } from './personal.js';

export interface NaturalPerson {
  type: 'natural';
  firstName: string;
  lastName: string;
  /** `YYYY-MM-DD`. */
  dateOfBirth: string;
}

export interface LegalEntity {
  type: 'legal';
  legalName: string;
  /** ISO 3166-1 alpha-3: `DEU`. */
  countryOfRegistration: string;
}

/** Who sends the money: the end user of the app, as the provider must know them. Personal data. */
export type Sender = (NaturalPerson | LegalEntity) & { email?: string };

/** Who receives it; `self` for a transfer to the sender's own address. Personal data. */
export type Receiver = NaturalPerson | LegalEntity | { type: 'self' };

/** One field of a person. */
export interface PersonField {
  check: Check<string>;
  /** In words, for the documents. */
  meaning: string;
  /** Its name in CryptoProcessing's `sender_data` and `receiver_data`. */
  sentAs?: string;
  /** Absent: it says nothing of who it is. */
  personal?: PersonalKind;
}

/** The earliest date of birth that is taken, as `YYYY-MM-DD`: an earlier one is a typing error. The latest is today. */
const EARLIEST_DATE_OF_BIRTH = '1900-01-01';

const personName = text(/^(?=.*\S)[^\p{Cc}]{1,255}$/u, '1 to 255 characters, not blank');

/** Every field of a person, one row each. */
export const personFields: Readonly<Record<keyof NaturalPerson | keyof LegalEntity | 'email', PersonField>> = {
  type: {
    check: oneOf('natural', 'legal', 'self'),
    meaning:
      'A natural person or a legal entity; for a receiver also `self`: the sender’s own address. `self` has no other field.',
  },
  firstName: { check: personName, meaning: 'Of a natural person.', sentAs: 'first_name', personal: 'name' },
  lastName: { check: personName, meaning: 'Of a natural person.', sentAs: 'last_name', personal: 'name' },
  dateOfBirth: {
    check: isoDate,
    meaning: `Of a natural person; from ${EARLIEST_DATE_OF_BIRTH} to today.`,
    sentAs: 'date_of_birth',
    personal: 'date',
  },
  legalName: { check: personName, meaning: 'Of a legal entity.', sentAs: 'legal_name', personal: 'name' },
  countryOfRegistration: {
    check: text(/^[A-Z]{3}$/, 'a country code of three capital letters (ISO 3166-1 alpha-3), such as DEU'),
    meaning: 'Of a legal entity. Only its form is checked.',
    sentAs: 'country_of_registration',
    personal: 'text',
  },
  email: {
    check: text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an e-mail address'),
    meaning: 'Of a sender only; optional.',
    sentAs: 'email',
    personal: 'email',
  },
};

const natural = { type: oneOf('natural'), ...checksOf('firstName', 'lastName', 'dateOfBirth') };
const legal = { type: oneOf('legal'), ...checksOf('legalName', 'countryOfRegistration') };
const email = checksOf('email');

export const sender = person<Sender>({ natural: { ...natural, ...email }, legal: { ...legal, ...email } });
export const receiver = person<Receiver>({ natural, legal, self: { type: oneOf('self') } });

function checksOf(...names: readonly (keyof typeof personFields)[]): Checks {
  return Object.fromEntries(names.map((name) => [name, personFields[name].check]));
}

function person<Person>(kinds: Record<string, Checks>): Check<Person> {
  const types = Object.keys(kinds).join(' or ');
  return check(`a person whose type is ${types}`, (value, path): Violation[] => {
    const fields = fieldsOf(value);
    if (fields === undefined) return [violation(path, 'must be an object')];
    const kind = Object.entries(kinds).find(([name]) => name === fields['type']);
    if (kind === undefined) return [violation(`${path}.type`, `must be ${types}`)];
    return object(kind[1], { optional: ['email'] })(fields, path);
  });
}

/** What is wrong with a well-formed date of birth, `now` in ms since 1970. */
export function dateOfBirthViolations(person: unknown, path: string, now: number): Violation[] {
  const dateOfBirth = fieldsOf(person)?.['dateOfBirth'];
  if (typeof dateOfBirth !== 'string' || isoDate(dateOfBirth, '').length > 0) return [];
  if (dateOfBirth >= EARLIEST_DATE_OF_BIRTH && Date.parse(dateOfBirth) <= now) return [];
  return [violation(`${path}.dateOfBirth`, `must be a day from ${EARLIEST_DATE_OF_BIRTH} to today`)];
}
