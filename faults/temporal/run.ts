import type { Failure, Payload, ScheduleActivity } from '../sandbox/protocol.js';
import type { EventBody, HistoryEvent, Outcome } from './history.js';

export type RunStatus = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'TERMINATED' | 'CONTINUED_AS_NEW';

/** Something that waits in virtual time, and can be taken back. */
export interface Timer {
  cancel(): void;
}

export interface PendingActivity {
  scheduledId: number;
  command: ScheduleActivity;
  /** From 1. */
  attempt: number;
  /** ms since 1970, as all times here. */
  scheduledAt: number;
  attemptScheduledAt: number;
  isStarted: boolean;
  heartbeatDetails?: Payload[];
  lastFailure?: Failure;
  timers: Timer[];
  /** For the whole of it. */
  closeTimer?: Timer;
}

export interface Update {
  id: string;
  name: string;
  input: Payload[];
  state: 'admitted' | 'accepted' | 'completed' | 'rejected' | 'dropped';
  outcome?: Outcome;
  /** Called at each change of its state. */
  listeners: Set<() => void>;
}

export interface WorkflowTask {
  /** Tells an answer to an earlier attempt from one to this. */
  token: number;
  state: 'scheduled' | 'started';
  /** Only updates made it necessary: if all are refused, nothing of it is recorded. */
  isSpeculative: boolean;
  attempt: number;
  scheduledAt: number;
  startedAt?: number;
  suggestContinueAsNew: boolean;
  /** The updates that it brings, by their ids. */
  updates: string[];
  timer?: Timer;
}

/** One run of a workflow, as the server holds it. */
export interface Run {
  workflowId: string;
  runId: string;
  workflowType: string;
  originalRunId: string;
  firstRunId: string;
  status: RunStatus;
  startedAt: number;
  closedAt?: number;
  history: HistoryEvent[];
  /** What came while a task was being done: recorded after it. */
  buffered: EventBody[];
  searchAttributes: Record<string, Payload>;
  summary?: Payload;
  activities: Map<number, PendingActivity>;
  timers: Map<number, Timer>;
  updates: Map<string, Update>;
  task?: WorkflowTask;
  /** The next task says that its history has become long. */
  suggestContinueAsNew: boolean;
  /** The worker that did its last task, and keeps it in memory. */
  worker?: string;
  /** Its parent, which is told how it ends, and its number there. */
  parent?: { run: Run; seq: number };
  isCancelRequested: boolean;
}
