import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { personalDataDoc } from '../../../cli/docs/personal-data-doc.js';

test('the tables of docs/personal-data.md are what the code says (else: npm run docs)', async () => {
  const page = await readFile(new URL('../../../docs/personal-data.md', import.meta.url), 'utf8');
  expect(personalDataDoc(page)).toBe(page);
});
