import { describe, expect, it } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { testBundle } from '../../support/built.js';
import { HOUR, MINUTE } from '../support/payout.js';
import type { Answer } from '../support/scripted-provider.js';
import { useStand } from '../support/use-stand.js';
import { testConverter } from '../../support/encryption.js';

const stand = useStand();

const lost: Answer = { type: 'NoAnswer' };
const noFunds: Answer = { type: 'NotEnoughFunds' };

describe('an update that is refused', () => {
  // It leaves nothing in the history, so that a replay knows nothing of its moment: nothing may be done in it that time alone brings about.
  it('starts nothing that a replay would not start', async () => {
    const payout = await stand.pay({ creates: [lost, noFunds, 'not_confirmed'], lookUps: ['absent'] });
    await payout.when(({ status }) => status === 'unknown');
    await payout.pass(10 * MINUTE);
    expect(payout.provider.creates).toHaveLength(2);
    // In doubt, it is to be sent again after an hour, and looks it up once more before.
    await payout.pass(HOUR + MINUTE);
    const made = payout.provider.creates.length;

    await expect(payout.cancel()).rejects.toThrow();
    await payout.settled();
    await payout.view();
    const history = await payout.handle.fetchHistory();
    await Worker.runReplayHistory(
      { workflowBundle: testBundle, ...testConverter('replay') },
      history,
      payout.handle.workflowId,
    );
    expect(payout.provider.creates).toHaveLength(made);
  });
});
