import type { Client } from '@temporalio/client';
import { KEY_MISSING } from '../../temporal/encryption/key-missing.js';
import type { RunId } from '../stored/events.js';
import { eventsBackwards } from '../stored/events.js';
import { KeyIds } from './key-ids.js';

/**
 * The ids of the keys, one of which the worker lacks that failed this run's last workflow task; undefined if none failed since a task was done, or
 * it failed for another reason. Nothing needs to be decrypted for it, and no worker to answer.
 */
export async function missingKeys(temporal: Client, run: RunId): Promise<string[] | undefined> {
  /** What the worker encrypted its failure with, it has. */
  let had: KeyIds | undefined;
  const recent = new KeyIds();
  const all = new KeyIds();
  let isRecent = true;
  for await (const event of eventsBackwards(temporal, run)) {
    const { workflowTaskFailedEventAttributes: failed } = event;
    if (event.workflowTaskCompletedEventAttributes) isRecent = false;
    if (isRecent && failed) {
      if (failed.failure?.applicationFailureInfo?.type !== KEY_MISSING) return undefined;
      had ??= KeyIds.in(failed.failure);
    } else {
      all.add(event);
      if (isRecent) recent.add(event);
    }
    if (!isRecent && had === undefined) return undefined;
    if (event.workflowExecutionStartedEventAttributes) break;
  }
  if (had === undefined) return undefined;
  const { named } = had;
  const lacking = (ids: KeyIds) => [...ids.named].filter((id) => !named.has(id)).toSorted();
  // What came since a task was last done is likelier the cause than what was read before.
  const since = lacking(recent);
  return since.length > 0 ? since : lacking(all);
}

/** The same of the workflow's latest run. */
export async function missingKeysOf(temporal: Client, workflowId: string): Promise<string[] | undefined> {
  const { runId, status } = await temporal.workflow.getHandle(workflowId).describe();
  return status.name === 'RUNNING' ? missingKeys(temporal, { workflowId, runId }) : undefined;
}

/** The keys in a sentence: `the key k1`. */
export function inWords(keyIds: readonly string[]): string {
  const [only, ...others] = keyIds;
  if (only === undefined) return 'a key that can’t be named from here';
  return others.length === 0 ? `the key ${only}` : `one of the keys ${keyIds.join(', ')}`;
}

/** What the lack of a key means for what is encrypted with it, and what to do. */
export function workerLacks(id: string, keyIds: readonly string[]): string {
  return (
    `A worker lacks ${inWords(keyIds)}, with which ${id} is encrypted: add it to the worker’s OUTFLOW_ENCRYPTION_KEYS. ` +
    'Until then it waits, and nothing is sent.'
  );
}
