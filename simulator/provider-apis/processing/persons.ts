import { isObject, type JsonObject } from '../../http/json.js';
import { inWords } from './errors.js';

export const personFields = ['sender_type', 'sender_data', 'receiver_type', 'receiver_data'];

const required: Readonly<Record<string, readonly string[]>> = {
  natural: ['first_name', 'last_name', 'date_of_birth'],
  legal: ['legal_name', 'country_of_registration'],
};

/** Sender and receiver, as the MiCA rules ask for them. A sender may leave out the email; a receiver has none. */
export function checkPersons(body: JsonObject, errors: Record<string, string>): void {
  checkPerson(body, 'sender', ['natural', 'legal'], ['email'], errors);
  checkPerson(body, 'receiver', ['natural', 'legal', 'self'], [], errors);
}

function checkPerson(
  body: JsonObject,
  who: 'sender' | 'receiver',
  types: readonly string[],
  optional: readonly string[],
  errors: Record<string, string>,
): void {
  const type = body[`${who}_type`];
  const data = body[`${who}_data`];
  if (type === undefined) errors[`${who}_type`] = `The ${who} type field is required.`;
  else if (typeof type !== 'string' || !types.includes(type)) {
    errors[`${who}_type`] = `The selected ${who} type is invalid.`;
  } else if (type === 'self') {
    if (data !== undefined)
      errors[`${who}_data`] = `The ${who} data field must not be present when ${who} type is self.`;
  } else if (data === undefined) errors[`${who}_data`] = `The ${who} data field is required.`;
  else if (!isObject(data)) errors[`${who}_data`] = `The ${who} data must be an object.`;
  else checkData(data, `${who}_data`, required[type] ?? [], optional, errors);
}

function checkData(
  data: JsonObject,
  name: string,
  needed: readonly string[],
  optional: readonly string[],
  errors: Record<string, string>,
): void {
  for (const field of needed) {
    const value = data[field];
    const path = `${name}.${field}`;
    if (value === undefined || value === '') errors[path] = `The ${inWords(path)} field is required.`;
    else if (typeof value !== 'string') errors[path] = `The ${inWords(path)} must be a string.`;
    else if (field === 'date_of_birth' && !isDate(value)) errors[path] = `The ${inWords(path)} is not a valid date.`;
    else if (field === 'country_of_registration' && !/^[A-Z]{3}$/.test(value)) {
      errors[path] = `The selected ${inWords(path)} is invalid.`;
    }
  }
  for (const field of Object.keys(data)) {
    const path = `${name}.${field}`;
    if (optional.includes(field)) {
      if (typeof data[field] !== 'string' || !/^\S+@\S+$/.test(data[field])) {
        errors[path] = `The ${inWords(path)} must be a valid email address.`;
      }
    } else if (!needed.includes(field)) errors[path] = `The ${inWords(path)} field is not documented.`;
  }
}

function isDate(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
