import type { Client } from '@temporalio/client';
import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { workflowTypes } from '../../contract/ids.js';
import { concurrently } from '../concurrently.js';
import { AT_ONCE, ofOurs } from '../inbox/queries.js';
import { eventsBackwards } from '../stored/events.js';
import { KeyIds } from './key-ids.js';

/** gRPC's status codes for it. */
const notFound = [5];

type WorkflowType = keyof typeof workflowTypes;

/** How many workflows need a key, by their type. */
export type UsersOfKey = Record<WorkflowType, number>;

/** What still needs one key. */
export interface KeyUse {
  keyId: string;
  /** Of what goes on: without the key, it waits. */
  open: UsersOfKey;
  /** Of what has ended and is remembered, earlier runs of open ones included: without the key, nobody can read what it says. */
  closed: UsersOfKey;
}

export interface KeyUsage {
  /** By key id; keys that nothing needs are not among them. */
  keys: KeyUse[];
  /** So many runs were looked at. */
  lookedAt: number;
  /** Runs of which it isn't known which keys they need: no key may be dropped on the strength of this. */
  unread: { workflowId: string; runId: string; why: string }[];
}

interface Run {
  type: WorkflowType;
  workflowId: string;
  runId: string;
  isOpen: boolean;
}

/**
 * Which keys all that Temporal remembers is encrypted with. Each history is read whole, and nothing is decrypted: it needs no key.
 * @param onLookedAt is told how many runs were looked at so far, of how many
 */
export async function keyUsage(
  temporal: Client,
  onLookedAt: (done: number, of: number) => void = () => undefined,
): Promise<KeyUsage> {
  const runs = await allRuns(temporal);
  const uses = new Map<string, KeyUse>();
  const unread: KeyUsage['unread'] = [];
  let done = 0;
  await concurrently(runs, AT_ONCE, async (run) => {
    const { workflowId, runId, type, isOpen } = run;
    try {
      const ids = await keysOf(temporal, run);
      for (const keyId of ids.named) {
        const use = uses.get(keyId) ?? { keyId, open: none(), closed: none() };
        uses.set(keyId, use);
        use[isOpen ? 'open' : 'closed'][type] += 1;
      }
      if (ids.isSomethingUnknown)
        unread.push({
          workflowId,
          runId,
          why: 'it holds something encrypted in a form that this version doesn’t know',
        });
    } catch (error) {
      if (!isForgotten(error)) unread.push({ workflowId, runId, why: reasonOf(error) });
    }
    onLookedAt((done += 1), runs.length);
  });
  const keys = [...uses.values()].toSorted((a, b) => a.keyId.localeCompare(b.keyId));
  return { keys, lookedAt: runs.length, unread };
}

function none(): UsersOfKey {
  return { withdrawal: 0, case: 0, rateLimiter: 0 };
}

async function allRuns(temporal: Client): Promise<Run[]> {
  const runs: Run[] = [];
  for await (const { type, workflowId, runId, status } of temporal.workflow.list({ query: ofOurs }))
    if (isOurs(type)) runs.push({ type, workflowId, runId, isOpen: status.name === 'RUNNING' });
  return runs;
}

function isOurs(type: string): type is WorkflowType {
  return Object.hasOwn(workflowTypes, type);
}

async function keysOf(temporal: Client, { workflowId, runId, isOpen }: Run): Promise<KeyIds> {
  const ids = new KeyIds();
  for await (const event of eventsBackwards(temporal, { workflowId, runId })) {
    ids.add(event);
    if (event.workflowExecutionStartedEventAttributes) break; // an earlier run is listed, too
  }
  // Failures and heartbeats of calls under way are in no history yet.
  if (isOpen) ids.add((await temporal.workflow.getHandle(workflowId, runId).describe()).raw);
  return ids;
}

/** Temporal's retention came between. */
function isForgotten(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || (isGrpcServiceError(error) && notFound.includes(error.code));
}

function reasonOf(error: unknown): string {
  return isGrpcServiceError(error) ? error.details : error instanceof Error ? error.message : String(error);
}
