import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { withGlossary } from '../../cli/docs/glossary-doc.js';
import { glossary } from '../../contract/glossary.js';

test('the README’s glossary is the contract’s (else: npm run docs)', async () => {
  const page = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  expect(withGlossary(page)).toBe(page);
  for (const word of Object.keys(glossary)) expect(page).toContain(`| ${word} |`);
});
