import { describe, expect, it, test } from '@jest/globals';
import { checkRequests } from '../../../client/submit.js';
import { listQuery } from '../../../client/list.js';
import { allChains } from '../../../domain/addresses/chains/index.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { isWithdrawalId } from '../../../domain/request.js';
import { checkRequest } from '../../../domain/validation/check-request.js';
import { checksummed, eip55, solanaAddresses } from '../addresses/vectors.js';
import { NOW, samples } from '../requests.js';

const addresses = [
  ...checksummed,
  ...eip55.map((address) => ['evm', address] as const),
  ...solanaAddresses.map((address) => ['solana', address] as const),
];

/** Without the prefix that some may have, whose colon stands in no id. */
const bare = (address: string) => address.slice(address.indexOf(':') + 1);
const fitting = addresses
  .map(([chain, address]) => [chain, bare(address)] as const)
  .filter(([, id]) => isWithdrawalId(id));

function problemsOf(withdrawalId: string): string[] {
  const checked = checkRequest({ ...samples.cryptoprocessing, withdrawalId }, { now: NOW });
  return checked.ok ? [] : checked.violations.map(({ field, problem }) => `${field}: ${problem}`);
}

/** The message of what this throws. */
function thrownBy(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String(error);
  }
  throw new Error('it throws nothing');
}

test('addresses of every chain have the form of an id', () => {
  expect(new Set(fitting.map(([chain]) => chain))).toEqual(new Set(allChains));
});

describe.each(fitting)('an address of %s (%s)', (_, address) => {
  it.each([address, `w-1.${address}`, `${address}_2`].filter(isWithdrawalId))(
    'is no withdrawalId, alone or as a part of one, and the reason is given without it: %s',
    (withdrawalId) => {
      expect(problemsOf(withdrawalId)).toEqual([
        expect.stringMatching(/^withdrawalId: must hold no address, and holds one of [\w ()/-]+: ids are readable/),
      ]);
      const request: WithdrawalRequest = { ...samples.cryptoprocessing, withdrawalId };
      const message = thrownBy(() => checkRequests([request, samples.alphapo], { now: NOW, longestMs: 86_400_000 }));
      expect([message.includes('withdrawalId'), message.includes(address)]).toEqual([true, false]);
    },
  );

  it('is no batch name', () => {
    const message = thrownBy(() => listQuery({ batch: `November ${address}` }));
    expect(message).toMatch(/batch: must hold no address/);
    expect(message).not.toContain(address);
  });
});

test.each([
  'w-1042',
  '550e8400-e29b-41d4-a716-446655440000',
  '550e8400e29b41d4a716446655440000',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  'V1StGXR8_Z5jdHi6B-myT',
  '0ujtsYcgvSTl8PAuAdqWYSMnLOv',
  'cjld2cjxh0000qzrmn831i7rn',
  'order.2026-11-21.0000000000000000000000000000000001234567890',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
])('ids as others make them are taken: %s', (id) => {
  expect(problemsOf(id)).toEqual([]);
  expect(listQuery({ batch: id })).toContain(id);
});

test('a batch name is no e-mail address', () => {
  expect(() => listQuery({ batch: 'ana@example.com' })).toThrow(/batch: must be/);
});
