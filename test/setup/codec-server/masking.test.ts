import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import fc from 'fast-check';
import { isPayload } from '../../../client/keys/key-ids.js';
import { decodePayloads } from '../../../codec-server/decoding.js';
import { fieldRules } from '../../../codec-server/masking/fields.js';
import { masked } from '../../../codec-server/masking/mask.js';
import type { CaseView } from '../../../contract/case.js';
import { providerNames } from '../../../domain/providers/index.js';
import type { ProviderRecord } from '../../../domain/record.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { fieldsOf } from '../../../domain/validation/fields.js';
import { personFields } from '../../../domain/validation/persons.js';
import { requestFieldRows } from '../../../domain/validation/request-fields.js';
import { receivedState } from '../../../domain/withdrawal/state.js';
import { viewOf } from '../../../domain/withdrawal/view.js';
import { requestTo } from '../../support/requests.js';
import { opened, readHistory, recordedPaths } from '../../workflows/replay/history-files.js';
import { remote, ring, place } from './codec-servers.js';
import { seal, sealedWithIn } from '../../../temporal/encryption/sealing.js';

/** A text that is nowhere else. */
const canary = () => `canary${randomBytes(8).toString('hex')}`;

/** What a person, or a provider that repeats what it was sent, can bring into a withdrawal; each text is a canary. */
function withdrawalOf(request: WithdrawalRequest) {
  const record: ProviderRecord = {
    ...{ provider: request.provider, providerId: 'p-1', providerStatus: 'cancelled', meaning: 'cancelled' },
    ...{ address: canary().repeat(2), tag: canary(), otherDestinations: [{ address: canary(), tag: canary() }] },
    ...{ endUserReference: canary(), txid: canary().repeat(3), error: `no such account: ${canary()}` },
    risk: { score: '0.3', level: 'low', resourceName: canary(), resourceCategory: canary() },
  };
  const action = {
    id: 'a-1',
    by: `Op ${canary()}`,
    onBehalfOf: canary(),
    reason: `${canary()} asked`,
    evidence: canary(),
  };
  const at = new Date().toISOString();
  const state = {
    ...receivedState(request, { originalRun: 'r-1', problems: canary() }, Date.now()),
    record,
    receivedCallbacks: [{ callback: { record }, fault: 'TypeError' }],
    forCases: [{ reason: 'is not about this withdrawal' as const, record }],
    resolving: [{ action: { ...action, outcome: 'confirmed' as const, txid: canary() }, since: 1 }],
    resolvedTxid: canary(),
    error: { type: 'BadRequest', message: canary(), certainty: 'refused' as const },
    timeline: [{ at, event: 'resolved' as const, detail: { action: { ...action, name: 'resolve' as const } } }],
  };
  const caseView: CaseView = {
    ...{ provider: request.provider, reason: 'unreadable', withdrawalId: request.withdrawalId, record },
    ...{ problem: canary(), body: JSON.stringify({ address: canary() }), openedAt: at, closed: { ...action, at } },
  };
  const failure = { message: `refused: ${canary()}`, stack_trace: `Error: ${canary()}\n at x` };
  const details = {
    failure: { type: 'BadRequest', message: canary(), field: 'address', httpStatus: 422 },
    account: 'f',
  };
  return { start: { request, state }, view: viewOf(state), caseView, failure, details, summary: canary() };
}

/** The request with a canary in every field that its row calls personal. */
function withCanaries(request: WithdrawalRequest): WithdrawalRequest {
  const personal = (fields: readonly (readonly [string, { personal?: string }])[]) =>
    Object.fromEntries(fields.filter(([, row]) => row.personal !== undefined).map(([name]) => [name, canary()]));
  const person = { type: 'natural', ...personal(Object.entries(personFields)) };
  const own = personal(requestFieldRows);
  return {
    ...request,
    ...own,
    sender: person,
    receiver: person,
    cryptopay: { customerId: canary() },
  } as WithdrawalRequest;
}

/** What every JSON payload in a history holds. */
function jsonIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  // A marker is the SDK's own.
  if (!isPayload(value))
    return Object.entries(value).flatMap(([name, field]) => (name.startsWith('marker') ? [] : jsonIn(field)));
  if (sealedWithIn(value) === undefined) return []; // search attributes, and what the SDK writes in clear
  return [defaultPayloadConverter.fromPayload(opened(value))];
}

/** Its names, e-mails, dates of birth, addresses and references of customers, of five letters or more. */
function personalIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]: [string, unknown]) => {
    if (typeof field !== 'string') return personalIn(field);
    const isPersonal = ['firstName', 'lastName', 'dateOfBirth', 'email', 'legalName', 'address', 'endUserReference'];
    return isPersonal.includes(name) && field.length > 4 ? [field] : [];
  });
}

describe('for who may not see personal data', () => {
  it.each(providerNames)('no canary of a withdrawal through %s survives, wherever it stands', (provider) => {
    const messages = withdrawalOf(withCanaries(requestTo[provider]()));
    for (const message of Object.values(messages)) {
      expect(JSON.stringify(message)).toMatch(/canary/);
      expect(JSON.stringify(masked(message))).not.toMatch(/canary[0-9a-f]/);
    }
  });

  it.each(providerNames)('a withdrawal through %s keeps its structure, status, ids, times and amounts', (provider) => {
    const request = requestTo[provider]();
    const shown = fieldsOf(masked(withdrawalOf(request).view));
    const { withdrawalId, requestedAt, amount, currency } = request;
    expect(shown).toMatchObject({
      ...{ withdrawalId, requestedAt, amount, currency, provider, status: 'received', final: false, providerId: 'p-1' },
      error: { type: 'BadRequest', message: '***', certainty: 'refused' },
      timeline: [{ event: 'resolved', detail: { action: { id: 'a-1', name: 'resolve', reason: '***' } } }],
    });
    expect(Object.keys(shown ?? {})).toEqual(Object.keys(withdrawalOf(request).view));
  });

  it('a person is left with initials, an e-mail with first letters, an address with its ends', () => {
    const sender = { firstName: 'Jane Ann', lastName: 'Doe', email: 'jane@example.com', dateOfBirth: '1971-03-09' };
    expect(
      masked({ request: { sender, address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc', tag: '12345' } }),
    ).toEqual({
      request: {
        sender: { firstName: 'J*** A***', lastName: 'D***', email: 'j***@e***', dateOfBirth: '***' },
        ...{ address: 'tb1q…qwjc', tag: '***' },
      },
    });
  });

  it('a tag that stands behind an address is not left as its end', () => {
    const address = 'rMKc4Q1wx6fDCvUpUQ8jJdwvhnpZRMwuQM?dt=98765';
    expect(masked({ record: { address } })).toEqual({ record: { address: 'rMKc…wuQM' } });
  });

  it('a name of one or two letters is not left as its initial, and a sentence is no name', () => {
    expect(masked({ firstName: 'Jo', lastName: 'X', by: 'the payout of Jane Doe is mine' })).toEqual({
      ...{ firstName: '***', lastName: '***', by: '***' },
    });
  });

  it('what no row knows is hidden, also its name, whatever it is', () => {
    const secret = fc.string({ minLength: 8 }).map((text) => `canary${text}`);
    const anything = fc.oneof(
      secret,
      fc.integer({ min: 987_654_321, max: 987_654_399 }),
      fc.array(secret),
      fc.dictionary(secret, secret),
    );
    const unknown = fc.string().filter((name) => !fieldRules.has(name));
    fc.assert(
      fc.property(fc.dictionary(unknown, anything, { minKeys: 1 }), (fields) => {
        const shown = JSON.stringify([masked(fields), masked({ request: fields }), masked({ fees: [fields] })]);
        expect(shown).not.toMatch(/canary|9876543/);
        expect(Object.values(fieldsOf(masked(fields)) ?? {}).every((value) => value === '***')).toBe(true);
      }),
    );
  });

  it('text where a word should be is hidden', () => {
    const fields = {
      status: 'Jane Doe of 12 High Street',
      currency: 'jane@example.com',
      reason: 'Jane asked',
      error: 'Jane',
    };
    expect(Object.values(fieldsOf(masked(fields)) ?? {})).toEqual(['***', '***', '***', '***']);
  });

  it('a message is no deeper than one of ours', () => {
    const deep = JSON.parse(`${'['.repeat(5_000)}"canary"${']'.repeat(5_000)}`) as unknown;
    expect(JSON.stringify(masked(deep))).not.toContain('canary');
  });

  it('of what is no JSON nothing is left but that it is there', () => {
    const payloads = [
      { metadata: { encoding: Buffer.from('binary/plain') }, data: Buffer.from('Jane') },
      {
        metadata: { encoding: Buffer.from('json/protobuf'), messageType: Buffer.from('Jane') },
        data: Buffer.from('"Jane"'),
      },
      { metadata: { encoding: Buffer.from('json/plain'), note: Buffer.from('Jane') }, data: Buffer.from('{Jane') },
      { metadata: {}, data: Buffer.from('Jane') },
    ].map((payload) => remote(seal(payload, place, ring.current)));
    const decoded = decodePayloads(payloads, { ring, namespace: place.namespace, role: 'masked' });
    expect(decoded.payloads.map(({ data }) => Buffer.from(data ?? '', 'base64').toString())).toEqual(
      Array(4).fill('"***"'),
    );
    const clear = decoded.payloads.flatMap(({ metadata }) => Object.values(metadata ?? {}));
    expect(clear.map((text) => Buffer.from(text, 'base64').toString())).toEqual(Array(4).fill('json/plain'));
  });

  it('no field of a message that was ever recorded is unknown, and none of its persons and addresses is left', async () => {
    const messages = (await Promise.all((await recordedPaths()).map(readHistory))).flatMap((history) =>
      jsonIn(history),
    );
    expect(messages.length).toBeGreaterThan(500);
    const shown = JSON.stringify(messages.map((message) => masked(message)));
    expect(/.{100}"unknown\d/.exec(shown)).toBeNull();
    expect(/.{100}"failure":"\*\*\*"/.exec(shown)).toBeNull();
    const personal = new Set(messages.flatMap((message) => personalIn(message)));
    expect(personal.size).toBeGreaterThan(5);
    expect([...personal].filter((text) => shown.includes(text))).toEqual([]);
  });

  it('summaries are shown, since every word of them is ours, and no other text that stands by itself', async () => {
    const messages = (await Promise.all((await recordedPaths()).map(readHistory))).flatMap((history) =>
      jsonIn(history),
    );
    const texts = new Set(messages.filter((message) => typeof message === 'string'));
    expect([...texts]).toEqual(
      expect.arrayContaining(['AlphaPo withdrawal', 'create at Cryptopay', 'processing: next look']),
    );
    expect([...texts].filter((text) => masked(text) !== text)).toEqual([]);
    const others = ['create at Jane', 'create at AlphaPo, Jane', 'AlphaPo withdrawal\nJane', 'Jane'];
    expect(others.map((text) => masked(text))).toEqual(others.map(() => '***'));
    expect(masked({ evidence: 'AlphaPo withdrawal' })).toEqual({ evidence: '***' });
  });

  it('a field has one rule', () => {
    expect(fieldRules.get('reason')).toBe('reason');
    expect([...fieldRules.values()].filter((rule) => rule === 'sentence')).toHaveLength(3);
  });
});
