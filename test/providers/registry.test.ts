import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { capabilities, providerNames } from '../../domain/providers/index.js';
import { registry } from '../../providers/registry.js';
import { answer, providerOf, requests } from './support.js';

describe.each(providerNames)('%s has every part', (name) => {
  const provider = providerOf(name);

  test('the same few files', () => {
    const files = readdirSync(new URL(`../../providers/${name}`, import.meta.url));
    expect(files).toEqual(expect.arrayContaining(['failures.ts', 'index.ts', 'requests.ts', 'settings.ts']));
    const known = [
      'callbacks',
      'expected-body',
      'failures',
      'index',
      'records',
      'requests',
      'settings',
      'signing',
      'wire',
    ];
    expect(files.filter((file) => !known.includes(file.replace('.ts', '')))).toEqual([]);
  });

  test('what its capabilities promise', () => {
    const { hasLookUp, hasCommit, takesReference } = capabilities[name];
    expect([provider.lookUp !== undefined, provider.commit !== undefined]).toEqual([hasLookUp, hasCommit]);
    const body = provider.create.write(requests[name], new Date()).body ?? '';
    expect(body.includes(requests[name].withdrawalId)).toBe(takesReference);
    if (!takesReference) expect(provider.mayResend).toBe(false);
  });

  test('its tables', () => {
    expect(registry[name].failures.length).toBeGreaterThan(5);
    expect(registry[name].statuses.size).toBeGreaterThan(0);
  });

  test('its name and origin, and calls that start with a slash', () => {
    expect(provider.name).toBe(name);
    expect(new URL(provider.origin).origin).toBe(provider.origin);
    expect(provider.create.write(requests[name], new Date()).path).toMatch(/^\/[a-z]/);
  });

  test('no personal data in what it makes of an answer', () => {
    const reading = provider.create.read(answer(400, '{}'), requests[name]);
    expect(JSON.stringify(reading)).not.toMatch(/Friedrich|Müller|Example GmbH/);
  });

  test('no key in its own fields', () => {
    const { origin, ...others } = providerOf(name, { API_KEY: 'k-of-production' });
    expect(JSON.stringify([origin, others])).not.toMatch(/production|secret/);
  });
});
