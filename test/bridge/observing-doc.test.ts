import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { observingDoc } from '../../cli/docs/observing-doc.js';
import { createMetrics, metricRows } from '../../bridge/metrics.js';
import { searchAttributes } from '../../contract/search-attributes.js';

test('docs/observing.md is what the tables say (else: npm run docs)', async () => {
  expect(await readFile(new URL('../../docs/observing.md', import.meta.url), 'utf8')).toBe(observingDoc());
});

test('every metric of the table is made, with its type, labels and meaning, and no other one', async () => {
  const made = await createMetrics().registry.getMetricsAsJSON();
  expect(made.map(({ name, type, help }) => ({ name, type, help }))).toEqual(
    metricRows.map(({ name, type, meaning }) => ({ name, type, help: meaning })),
  );
  const { registry, record } = createMetrics();
  record({ provider: 'alphapo', outcome: 'applied' });
  expect(await registry.metrics()).toContain('outflow_callbacks_total{provider="alphapo",outcome="applied"} 1\n');
});

test('every search attribute has a name of its own that begins with Withdrawal, and says what it means', () => {
  const rows = Object.values(searchAttributes);
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  for (const { name, meaning, filledFrom } of rows) {
    expect(name).toMatch(/^Withdrawal[A-Z]/);
    expect([meaning.endsWith('.'), filledFrom.length > 10]).toEqual([true, true]);
  }
});
