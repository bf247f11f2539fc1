import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type proto from '@temporalio/proto';
import { concurrently } from '../concurrently.js';
import type { Contents } from './contents.js';
import { contentsOf } from './contents.js';
import { eventsBackwards } from './events.js';

type Event = proto.temporal.api.history.v1.IHistoryEvent;

/** gRPC's status codes for it. */
const notFound = [5];

/** So many events are read at once. */
const EVENTS_AT_ONCE = 10;

/** One event of a history. */
export interface HeldEvent extends Contents {
  /** ISO 8601. */
  at: string;
  /** Temporal's name of it, without `EventAttributes`: `workflowExecutionSignaled`. */
  event: string;
  /** Of the signal, update, call or child workflow that it is about. */
  name?: string;
}

/** All that Temporal holds of one run of a workflow. Times are ISO 8601. */
export interface HeldRun {
  workflowId: string;
  runId: string;
  startedAt: string;
  closedAt?: string;
  /** Temporal's: `RUNNING`, `COMPLETED`, `CONTINUED_AS_NEW`, `TERMINATED`, … */
  status: string;
  /** The oldest first. */
  events: HeldEvent[];
  /** What stands beside the history: search attributes, calls under way with their last failure. */
  description: Contents;
}

/** Every run of a workflow that Temporal remembers, the oldest first, whole; none if it remembers none. Needs no worker. */
export async function heldRuns(temporal: Client, workflowId: string): Promise<HeldRun[]> {
  const runs: HeldRun[] = [];
  for (const runId of await runIds(temporal, workflowId)) {
    const run = await unlessForgotten(heldRun(temporal, { workflowId, runId }));
    if (run !== undefined) runs.push(run);
  }
  return runs.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
}

/** The index lags, so the latest run is asked for, too. */
async function runIds(temporal: Client, workflowId: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const { runId } of temporal.workflow.list({ query: `WorkflowId = '${workflowId}'` })) ids.add(runId);
  const latest = await unlessForgotten(temporal.workflow.getHandle(workflowId).describe());
  if (latest !== undefined) ids.add(latest.runId);
  return ids;
}

async function heldRun(
  temporal: Client,
  { workflowId, runId }: { workflowId: string; runId: string },
): Promise<HeldRun> {
  const description = await temporal.workflow.getHandle(workflowId, runId).describe();
  const events: Event[] = [];
  for await (const event of eventsBackwards(temporal, { workflowId, runId })) {
    events.unshift(event);
    if (event.workflowExecutionStartedEventAttributes) break; // an earlier run is read by itself
  }
  const names = new Map<string, string>();
  for (const event of events) names.set(String(event.eventId), nameOf(event, names) ?? '');
  const { startTime, closeTime, status } = description;
  return {
    ...{ workflowId, runId, startedAt: startTime.toISOString(), status: status.name },
    ...(closeTime && { closedAt: closeTime.toISOString() }),
    events: await concurrently(events, EVENTS_AT_ONCE, (event) => heldEvent(temporal, workflowId, event, names)),
    description: await contentsOf(temporal, beside(description), [workflowId]),
  };
}

/** What isn't in the history, and isn't Temporal's own bookkeeping. */
function beside({ raw }: WorkflowExecutionDescription): object {
  const { workflowExecutionInfo, executionConfig, pendingActivities, callbacks } = raw;
  const { searchAttributes, memo } = workflowExecutionInfo ?? {};
  return { searchAttributes, memo, userMetadata: executionConfig?.userMetadata, pendingActivities, callbacks };
}

async function heldEvent(
  temporal: Client,
  workflowId: string,
  event: Event,
  names: ReadonlyMap<string, string>,
): Promise<HeldEvent> {
  const [key, attributes] = attributesOf(event);
  const name = names.get(String(event.eventId));
  // What a child is started with is written for the child.
  const child = event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId;
  const { userMetadata } = event;
  const content = await contentsOf(temporal, { ...attributes, ...(userMetadata && { userMetadata }) }, [
    workflowId,
    ...(child ? [child] : []),
  ]);
  return {
    at: new Date(tsToMs(event.eventTime)).toISOString(),
    event: key.replace(/EventAttributes$/, ''),
    ...(name !== undefined && name !== '' && { name }),
    ...content,
  };
}

function attributesOf(event: Event): [name: string, attributes: object] {
  for (const [key, value] of Object.entries(event))
    if (key.endsWith('EventAttributes') && typeof value === 'object' && value !== null) return [key, value];
  return ['unknown', event];
}

/** What it is about, by its own name or by that of the event that it answers. */
function nameOf(event: Event, names: ReadonlyMap<string, string>): string | undefined {
  const [, attributes] = attributesOf(event);
  const of = attributes as {
    signalName?: string;
    activityType?: { name?: string };
    workflowType?: { name?: string };
    acceptedRequest?: { input?: { name?: string } };
    scheduledEventId?: unknown;
    acceptedEventId?: unknown;
  };
  const own = of.signalName ?? of.activityType?.name ?? of.acceptedRequest?.input?.name ?? of.workflowType?.name;
  return own ?? names.get(String(of.scheduledEventId ?? of.acceptedEventId));
}

/** Nothing where Temporal forgot it meanwhile. */
async function unlessForgotten<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const isForgotten =
      error instanceof WorkflowNotFoundError || (isGrpcServiceError(error) && notFound.includes(error.code));
    if (isForgotten) return undefined;
    throw error;
  }
}
