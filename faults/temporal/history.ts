import type { Failure, Payload, ScheduleActivity, SearchAttributes } from '../sandbox/protocol.js';

/** What happened to a run, as the server records it: Temporal's events, of which Outflow meets this many. */
export type EventBody =
  | {
      type: 'started';
      workflowType: string;
      input: Payload[];
      originalRunId: string;
      firstRunId: string;
      continuedFromRunId?: string;
      searchAttributes: SearchAttributes;
    }
  | { type: 'taskScheduled' }
  | { type: 'taskStarted'; suggestContinueAsNew: boolean }
  /** `commands`: what the worker answered, as text, to compare a replay with. */
  | { type: 'taskCompleted'; startedId: number; commands: string }
  | { type: 'taskTimedOut' }
  /** `newRunId`: by a reset, the run that it made. */
  | {
      type: 'taskFailed';
      cause: 'UnhandledCommand' | 'WorkflowWorkerUnhandledFailure' | 'ResetWorkflow';
      newRunId?: string;
    }
  | { type: 'activityScheduled'; command: ScheduleActivity }
  | { type: 'activityStarted'; scheduledId: number; attempt: number }
  | { type: 'activityCompleted'; scheduledId: number; seq: number; result?: Payload }
  | ({ type: 'activityFailed' } & UnsuccessfulActivity)
  | ({ type: 'activityTimedOut' } & UnsuccessfulActivity)
  | { type: 'timerStarted'; seq: number; ms: number }
  | { type: 'timerFired'; seq: number }
  | { type: 'timerCanceled'; seq: number }
  | { type: 'signaled'; name: string; input: Payload[] }
  | { type: 'cancelRequested' }
  | { type: 'updateAccepted'; taskStartedId: number; updateId: string; name: string; input: Payload[] }
  | { type: 'updateCompleted'; updateId: string; outcome: Outcome }
  | { type: 'childInitiated'; seq: number; workflowId: string }
  | { type: 'childStarted'; seq: number; runId: string }
  | { type: 'childStartFailed'; seq: number; workflowId: string; workflowType: string }
  | { type: 'childCompleted'; seq: number; result: Payload | undefined }
  /** A local activity's result. */
  | { type: 'marker'; seq: number; outcome: Outcome }
  | { type: 'upserted'; searchAttributes: SearchAttributes }
  | { type: 'completed'; result: Payload | undefined }
  | { type: 'failed'; failure: Failure }
  | { type: 'continuedAsNew'; newRunId: string }
  | { type: 'terminated'; reason: string };

interface UnsuccessfulActivity {
  scheduledId: number;
  seq: number;
  activityId: string;
  activityType: string;
  failure: Failure;
  /** Temporal's number for why it was not tried again. */
  retryState: number;
}

/** What an update, or a local activity, came to. */
export type Outcome = { success: Payload | undefined } | { failure: Failure };

export type HistoryEvent = EventBody & {
  /** From 1. */
  id: number;
  /** ms since 1970. */
  at: number;
};

export type EventType = EventBody['type'];

/** Those that end a run. */
export const closingTypes: readonly EventType[] = ['completed', 'failed', 'continuedAsNew', 'terminated'];

export const retryStates = { nonRetryable: 2, timeout: 3, maximumAttempts: 4 } as const;

export const timeoutTypes = { startToClose: 1, scheduleToStart: 2, scheduleToClose: 3 } as const;
