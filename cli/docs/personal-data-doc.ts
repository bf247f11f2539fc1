import { capabilities, providerNames } from '../../domain/providers/index.js';
import { cryptopayOptions } from '../../domain/validation/cryptopay-options.js';
import { personFields } from '../../domain/validation/persons.js';
import type { RequestField } from '../../domain/validation/request-fields.js';
import { requestFieldRows, ruleFor } from '../../domain/validation/request-fields.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { inCode, table } from './markdown.js';

/** `docs/personal-data.md` with the tables of what everybody reads, and of what each provider gets; the rest stays as it was written. */
export function personalDataDoc(page: string): string {
  return withTable(withTable(page, 'in clear', inClear()), 'providers', given());
}

function withTable(page: string, name: string, content: string): string {
  const [start, end] = [`<!-- table: ${name} -->\n`, `\n<!-- end of table: ${name} -->`];
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/personal-data.md: no markers for the table: ${name}`);
  return before + start + content + end + after;
}

function inClear(): string {
  return table(
    ['search attribute', 'what it says'],
    Object.values(searchAttributes).map(({ name, meaning }) => [inCode(name), meaning]),
  );
}

/** Of what is personal alone: amounts and currencies go to all of them. */
function given(): string {
  const personal = requestFieldRows.filter(([, { personal }]) => personal !== undefined);
  return table(
    ['of a request', ...providerNames.map((name) => capabilities[name].title)],
    [
      ...personal.map(([name, field]) => [nameOf(name), ...providerNames.map((provider) => sentTo(field, provider))]),
      ...Object.entries(cryptopayOptions)
        .filter(([, { personal }]) => personal !== undefined)
        .map(([name, { sentAs }]) => [
          inCode(`cryptopay.${name}`),
          ...providerNames.map((provider) => (provider === 'cryptopay' && sentAs !== undefined ? inCode(sentAs) : '')),
        ]),
    ],
  );
}

/** A person, with all that is personal of one. */
function nameOf(name: string): string {
  if (name !== 'sender' && name !== 'receiver') return inCode(name);
  const fields = Object.entries(personFields).filter(([field, { personal }]) => {
    return personal !== undefined && (field !== 'email' || name === 'sender');
  });
  return `${inCode(name)}: ${fields.map(([field]) => inCode(field)).join(', ')}`;
}

function sentTo(field: RequestField, provider: (typeof providerNames)[number]): string {
  const sent = field.sentAs?.[provider];
  if (sent !== undefined) return (typeof sent === 'string' ? [sent] : sent.fields).map(inCode).join(', ');
  return ruleFor(field, provider) === 'refused' ? '' : 'no';
}
