import type { WorkflowHandle } from '@temporalio/client';
import { fieldsOf } from '../../domain/validation/fields.js';
import type { WithdrawalView } from '../../domain/withdrawal/view.js';
import { UnreadableError } from '../../temporal/encryption/codec.js';

/**
 * How a withdrawal ended, as its workflow recorded it. Undefined where what stands there is no end that a worker of ours wrote: whoever reaches Temporal
 * can complete a workflow in a worker's place.
 */
export async function recordedEnd(
  handle: Pick<WorkflowHandle<() => Promise<WithdrawalView>>, 'result'>,
): Promise<WithdrawalView | undefined> {
  try {
    const view = await handle.result();
    return fieldsOf(view)?.['final'] === true ? view : undefined;
  } catch (error) {
    if (error instanceof UnreadableError) return undefined;
    throw error;
  }
}
