import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { longOf } from '../numbers.js';
import type { HistoryEvent, Outcome } from '../history.js';
import type { Run, RunStatus } from '../run.js';

const statuses = proto.temporal.api.enums.v1.WorkflowExecutionStatus;

const statusNumbers: Record<RunStatus, number> = {
  RUNNING: statuses.WORKFLOW_EXECUTION_STATUS_RUNNING,
  COMPLETED: statuses.WORKFLOW_EXECUTION_STATUS_COMPLETED,
  FAILED: statuses.WORKFLOW_EXECUTION_STATUS_FAILED,
  TERMINATED: statuses.WORKFLOW_EXECUTION_STATUS_TERMINATED,
  CONTINUED_AS_NEW: statuses.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW,
};

/** A run as `describe` and `list` answer it. */
export function executionInfo(run: Run, status: RunStatus = run.status) {
  return {
    execution: { workflowId: run.workflowId, runId: run.runId },
    type: { name: run.workflowType },
    status: statusNumbers[status],
    taskQueue: 'outflow',
    startTime: msToTs(run.startedAt),
    ...(run.closedAt !== undefined && { closeTime: msToTs(run.closedAt) }),
    historyLength: longOf(run.history.length),
    searchAttributes: { indexedFields: run.searchAttributes },
  };
}

/** An event as clients read it: of those that Outflow's client looks into, what it looks at. */
export function eventOf(event: HistoryEvent): object {
  return { eventId: longOf(event.id), eventTime: msToTs(event.at), ...attributesOf(event) };
}

function attributesOf(event: HistoryEvent): object {
  switch (event.type) {
    case 'started':
      return {
        workflowExecutionStartedEventAttributes: {
          input: { payloads: event.input },
          continuedExecutionRunId: event.continuedFromRunId ?? '',
        },
      };
    case 'signaled':
      return { workflowExecutionSignaledEventAttributes: { signalName: event.name, input: { payloads: event.input } } };
    case 'upserted':
      return { upsertWorkflowSearchAttributesEventAttributes: { searchAttributes: event.searchAttributes } };
    case 'activityCompleted':
      return {
        activityTaskCompletedEventAttributes: {
          result: { payloads: event.result === undefined ? [] : [event.result] },
        },
      };
    case 'completed':
      return {
        workflowExecutionCompletedEventAttributes: {
          result: { payloads: event.result === undefined ? [] : [event.result] },
        },
      };
    case 'failed':
      return { workflowExecutionFailedEventAttributes: { failure: event.failure } };
    case 'terminated':
      return { workflowExecutionTerminatedEventAttributes: { reason: event.reason } };
    case 'continuedAsNew':
      return { workflowExecutionContinuedAsNewEventAttributes: { newExecutionRunId: event.newRunId } };
    default:
      return {};
  }
}

export function outcomeOf(outcome: Outcome | undefined) {
  if (outcome === undefined) return undefined;
  if ('failure' in outcome) return { failure: outcome.failure };
  return { success: { payloads: outcome.success === undefined ? [] : [outcome.success] } };
}
