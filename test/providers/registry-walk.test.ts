import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { scenarios } from '../../cli/demo/scenarios.js';
import { capabilities, providerNames } from '../../domain/providers/index.js';
import { requestFieldRows, ruleFor } from '../../domain/validation/request-fields.js';
import { registry } from '../../providers/registry.js';
import { variablesOf } from '../../settings/variable.js';
import { groups } from '../../settings/variables.js';
import { receiverOf } from './support.js';

const root = new URL('../../', import.meta.url);
const has = (path: string) => existsSync(new URL(path, root));
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const demo = scenarios(new Date());

/** The files that every provider has; the two of one protocol share the others in `providers/processing/`. */
const files = ['index.ts', 'settings.ts', 'requests.ts', 'failures.ts'];
const protocol = ['wire.ts', 'signing.ts', 'records.ts', 'callbacks.ts'];

test('the registry holds exactly the providers of domain/providers', () => {
  expect(Object.keys(registry).sort()).toEqual([...providerNames].sort());
});

describe.each(providerNames)('%s', (name) => {
  const kind = registry[name];
  const { title } = capabilities[name];

  test('has a rule for every field of a request', () => {
    for (const [field, row] of requestFieldRows)
      expect([field, ruleFor(row, name)]).toEqual([field, expect.any(String)]);
  });

  test('has settings, each with a description, and they stand in .env.example', () => {
    const group = groups.find(({ prefix }) => prefix === `${name.toUpperCase()}_`);
    const variables = group === undefined ? [] : variablesOf(group);
    expect(variables.map((variable) => variable.name)).toEqual(
      expect.arrayContaining([`${name.toUpperCase()}_BASE_URL`]),
    );
    for (const variable of variables) {
      expect(variable.description).not.toBe('');
      expect(text('.env.example')).toContain(variable.name);
    }
  });

  test('has an error table whose lines each say what they mean, and a table of statuses', () => {
    expect(kind.failures.length).toBeGreaterThan(4);
    for (const { note } of kind.failures) expect(note).not.toBe('');
    expect(kind.statuses.size).toBeGreaterThan(0);
  });

  test('has callbacks that believe nothing unsigned, and read what is signed', () => {
    const callbacks = receiverOf(name);
    const body = Buffer.from('{"type":"deposit","status":"confirmed"}');
    expect(callbacks.isAuthentic({}, body, new Date())).toBe(false);
    expect(callbacks.parse(body)).toEqual({ type: 'deposit', status: 'confirmed' });
    expect(callbacks.parse(Buffer.from('\u0000'))).toBeUndefined();
    expect(callbacks.read({})).toMatchObject({ kind: 'unreadable' });
  });

  test('has the agreed files', () => {
    for (const file of files) expect([file, has(`providers/${name}/${file}`)]).toEqual([file, true]);
    for (const file of protocol) {
      const found = has(`providers/${name}/${file}`) || text(`providers/${name}/index.ts`).includes('../processing/');
      expect([file, found]).toEqual([file, true]);
    }
  });

  test('has a simulator, samples or tests of its own, scenarios in the demo, and a place in the documents', () => {
    expect(has(`simulator/provider-apis/${name}/index.ts`)).toBe(true);
    expect(has(`test/providers/documents/${name}.test.ts`)).toBe(true);
    expect(has(`test/simulator/provider-apis/${name}.test.ts`)).toBe(true);
    expect(demo.some(({ request }) => request.provider === name)).toBe(true);
    const places: [document: string, heading: string][] = [
      ['README.md', `\n| ${title} | `],
      ['docs/requests.md', ` | ${title} |`],
      ['docs/going-live.md', `\n**${title}**\n- [ ] `],
      ['docs/failures.md', `\n## ${title}\n`],
      ['docs/simulator.md', `\n| ${title} | http`],
      ['.env.example', `\n# --- ${title} ---\n`],
    ];
    for (const [document, heading] of places) {
      expect([document, text(document).includes(heading)]).toEqual([document, true]);
    }
  });
});
