import { describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { ServiceError } from '@temporalio/client';
import { Outflow } from '../../client/index.js';
import { HOUR } from '../domain/withdrawal/life.js';

/** The server drops the first try: so it says, though it may have taken it. */
function dropsTheFirst(ids: unknown[]): Client {
  const startUpdate = (_definition: unknown, { updateId }: { updateId?: string }) => {
    ids.push(updateId);
    if (ids.length > 1) return Promise.resolve({ result: () => Promise.resolve({ resolved: true }) });
    const cause = Object.assign(new Error('dropped'), { code: 9, details: 'dropped', metadata: {} });
    return Promise.reject(new ServiceError('dropped', { cause }));
  };
  const handle = { startUpdate };
  const started = { workflowExecutionStartedEventAttributes: { firstExecutionRunId: 'r-1' } };
  const connection = { withDeadline: () => Promise.resolve(HOUR) };
  return {
    workflow: { getHandle: () => handle },
    withDeadline: (_until: number, ask: () => unknown) => ask(),
    connection,
    workflowService: { getWorkflowExecutionHistory: () => Promise.resolve({ history: { events: [started] } }) },
    options: { namespace: 'default' },
  } as unknown as Client;
}

describe('an action that the server dropped', () => {
  it.each([[{}], [{ actionId: 'mine' }]])(
    'is asked again by the same id, so that it is done once: %j',
    async (options) => {
      const ids: unknown[] = [];
      const outflow = new Outflow(dropsTheFirst(ids), HOUR);

      await outflow.resolve('w-1', { by: 'Ada', reason: 'x', evidence: 'y', outcome: 'notPaid' }, options);

      expect(ids).toHaveLength(2);
      expect(ids[0]).toEqual(expect.any(String));
      expect(ids[1]).toBe(ids[0]);
    },
  );
});
