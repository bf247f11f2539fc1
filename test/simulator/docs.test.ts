import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { simulatorDoc } from '../../cli/docs/simulator-doc.js';
import { modeValues } from '../../simulator/behaviour/modes.js';
import { callbackFaultRows, requestFaultRows, shownMagicValues } from '../../simulator/index.js';

const page = await readFile(new URL('../../docs/simulator.md', import.meta.url), 'utf8');

test('docs/simulator.md shows the tables of the code (else: npm run docs)', () => {
  expect(page).toBe(simulatorDoc(page));
});

test('docs/simulator.md has a row for every magic value, fault and mode', () => {
  for (const { code } of shownMagicValues) expect(page).toContain(`\n| ${code} | `);
  for (const mode of Object.keys(modeValues.shape)) expect(page).toContain(`\n| \`${mode}\` | `);
  for (const { fault } of [...requestFaultRows, ...callbackFaultRows]) {
    expect(page).toMatch(new RegExp(`\n\\| \`${fault}\`( \\([^|]*\\))? \\| `));
  }
});

test('a page without the markers of a table is an error that names the table', () => {
  expect(() => simulatorDoc(page.replace('<!-- table: modes -->', ''))).toThrow('"modes"');
});
