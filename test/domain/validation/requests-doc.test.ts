import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { requestsDoc } from '../../../cli/docs/requests-doc.js';
import { cryptopayOptions } from '../../../domain/validation/cryptopay-options.js';
import { personFields } from '../../../domain/validation/persons.js';
import { requestFieldRows, requestFields } from '../../../domain/validation/request-fields.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { capabilities, providerNames } from '../../../domain/providers/index.js';
import { checkRequest } from '../../../domain/validation/check-request.js';
import { changed, NOW, samples } from '../requests.js';

const doc = requestsDoc();
const rowOf = (name: string) => doc.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
const cell = (name: string, provider: ProviderName) =>
  rowOf(name).split(' | ')[3 + providerNames.indexOf(provider)]?.replace(/ \|$/, '') ?? '';

test('docs/requests.md says what the rules say (else: npm run docs)', async () => {
  expect(await readFile(new URL('../../../docs/requests.md', import.meta.url), 'utf8')).toBe(doc);
});

describe('docs/requests.md', () => {
  test.each(requestFieldRows)('%s has its form in the table', (name, { check: { form } }) => {
    expect(rowOf(name)).toContain(/^an object of|^a person/.test(form) ? '| an object |' : `| ${form} |`);
  });

  test.each(Object.entries({ ...cryptopayOptions, ...personFields }))(
    '%s has its form in the table',
    (name, { check: { form } }) => {
      expect(rowOf(name)).toContain(name === 'type' ? '| natural or legal or self |' : `| ${form} |`);
    },
  );

  const places = providerNames.flatMap((provider) => Object.keys(requestFields).map((name) => ({ provider, name })));
  test.each(places)(
    '$name at $provider: required if the check says so, else optional or refused',
    ({ provider, name }) => {
      const checked = checkRequest(changed(samples[provider], { [name]: undefined, amountTo: undefined }), {
        now: NOW,
      });
      const isMissed = !checked.ok && checked.violations.some(({ field }) => field === name);
      expect(cell(name, provider)).toMatch(isMissed ? /^(required|exactly one)/ : /^(optional|exactly one|refused)/);
    },
  );

  test('the page lists the currencies of the providers that list them', () => {
    for (const name of providerNames)
      for (const currency of capabilities[name].currencies ?? []) expect(doc).toContain(`\`${currency}\``);
  });

  test('the page names each form of an address that needs acceptUnchecked', () => {
    for (const form of ['EIP-55', 'raw form', 'hexadecimal', 'its M… form', 'its bitcoincash: form'])
      expect(doc).toContain(form);
  });
});
