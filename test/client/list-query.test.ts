import { describe, expect, it } from '@jest/globals';
import type { ListFilter } from '../../client/index.js';
import { listQuery } from '../../client/list.js';

describe('a list’s filter', () => {
  it('names each field that it doesn’t know, and those that it does', () => {
    const filter = { status: 'waiting', state: 'waiting', ids: ['w-1'] } as ListFilter;
    const problem = 'is unknown: a list is filtered by status, provider, currency, batch, needsPerson, attention';
    expect(() => listQuery(filter)).toThrow(
      expect.objectContaining({
        name: 'InvalidRequestError',
        violations: ['state', 'ids'].map((field) => ({ field, problem })),
      }),
    );
  });

  it('takes fields that are left undefined as left out', () => {
    expect(listQuery({ status: undefined } as unknown as ListFilter)).toBe(listQuery({}));
  });

  it('takes a currency only as the index has it, in capitals, and names what was probably meant', () => {
    expect(listQuery({ currency: 'USDT_TRC20' })).toContain("= 'USDT_TRC20'");
    for (const [currency, hint] of [
      ['btc', /currency: must be .* in capitals: BTC$/],
      ['€', /currency: must be .*such as BTC/],
    ] as const)
      expect(() => listQuery({ currency })).toThrow(hint);
  });
});
