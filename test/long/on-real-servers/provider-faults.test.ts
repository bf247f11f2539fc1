import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Status, WithdrawalRequest, WithdrawalView } from '../../../client/index.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { capabilities, providerNames } from '../../../domain/providers/index.js';
import { askingPause } from '../../support/parent-process.js';
import { useDeployment } from '../../support/use-deployment.js';
import { requestTo } from '../../support/requests.js';
import type { LedgerRow } from '../../../simulator/index.js';

jest.setTimeout(180_000);

/** What goes wrong with a create at the provider, and whether the payout is stored there all the same. */
const faults: [fault: string, stored: boolean, more?: object][] = [
  ['reset-before-read', false],
  ['reset-after-write', false],
  ['reset-after-store', true],
  ['reset-in-answer', true],
  ['hang-after-store', true, { ms: 12_000 }],
  ['status', false, { status: 502, body: '<html>Bad gateway</html>' }],
  ['status-after-store', true, { status: 503, body: { error: 'later' } }],
  ['truncated', true],
  ['wrong-shape', true],
  ['oversized', true],
  ['redirect', false, { status: 307, location: 'http://127.0.0.1:9/' }],
];

const outflow = useDeployment({ worker: { serving: providerNames } });
const asked = new Map<string, WithdrawalRequest>();
beforeAll(async () => {
  const plan = providerNames.flatMap((provider) =>
    faults.map(([fault, , more]) => ({ provider, operation: 'create', fault, ...more })),
  );
  await outflow.simulator.faults(plan);
  await Promise.all(providerNames.map(submitAll));
});

/** One withdrawal for each fault, one after the other: each fault meets the next create. */
async function submitAll(provider: ProviderName): Promise<void> {
  for (const [index, [fault]] of faults.entries()) {
    const amount = provider === 'cryptocloud' ? { amount: String(20 + index) } : {};
    const request = requestTo[provider]({ withdrawalId: `w-${randomUUID()}`, ...amount });
    asked.set(`${provider} ${fault}`, request);
    await outflow.outflow.submit(request);
    await leaves(request.withdrawalId, ['received', 'waiting', 'sending']);
  }
}

/** Its view once it is in none of these states. */
async function leaves(withdrawalId: string, statuses: readonly Status[]): Promise<WithdrawalView> {
  const pause = askingPause();
  for (const deadline = Date.now() + 90_000; ; await pause()) {
    const view = await outflow.outflow.get(withdrawalId);
    if (!statuses.includes(view.status)) return view;
    if (Date.now() > deadline) throw new Error(`It is ${JSON.stringify(view, null, 2)}`);
  }
}

async function booked({ provider, withdrawalId, amount }: WithdrawalRequest): Promise<LedgerRow[]> {
  if (capabilities[provider].takesReference) return outflow.simulator.ledger(withdrawalId);
  return (await outflow.simulator.ledger()).filter((row) => row.provider === provider && row.amount === amount);
}

describe.each(providerNames)('%s', (provider) => {
  it.each(faults)('%s: nothing is paid twice, and what is reported is true', async (fault, stored) => {
    const request = asked.get(`${provider} ${fault}`);
    if (request === undefined) throw new Error('it was not submitted');
    const { withdrawalId } = request;

    if (stored && capabilities[provider].hasLookUp) {
      expect(await outflow.outflow.wait(withdrawalId, { timeoutMs: 60_000 })).toMatchObject({ status: 'confirmed' });
      expect(await booked(request)).toMatchObject([{ debits: 1 }]);
    } else {
      const view = await outflow.outflow.get(withdrawalId);
      expect(view).toMatchObject({ status: 'unknown', final: false, error: { certainty: 'unknown' } });
      if (!capabilities[provider].hasLookUp) expect(view.attention).toBe('unknown-outcome');
      expect(await booked(request)).toHaveLength(stored ? 1 : 0);
    }
    const isKept = capabilities[provider].takesReference && fault !== 'reset-before-read'; // of that nobody has read which it was
    if (isKept) expect(await outflow.simulator.creates(withdrawalId)).toHaveLength(1);
  });
});
