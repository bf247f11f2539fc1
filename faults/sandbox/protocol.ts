/**
 * What goes to a workflow and what comes back, in the form of Temporal's own worker protocol (`coresdk.workflow_activation` and
 * `coresdk.workflow_commands`), of which the workflows of Outflow use this much.
 */

export interface Payload {
  metadata?: Record<string, Uint8Array> | null;
  data?: Uint8Array | null;
}

export interface Failure {
  message?: string | null;
  cause?: Failure | null;
  applicationFailureInfo?: {
    type?: string | null;
    nonRetryable?: boolean | null;
    details?: { payloads?: Payload[] | null } | null;
    nextRetryDelay?: Duration | null;
  } | null;
  [other: string]: unknown;
}

/** A protobuf duration: its seconds are a `Long` of whichever copy of the library made it. */
export interface Duration {
  seconds?: unknown;
  nanos?: number | null;
}

/** What a run is told in one activation. */
export type Job =
  | { variant: 'initializeWorkflow'; initializeWorkflow: object }
  | { variant: 'updateRandomSeed'; updateRandomSeed: { randomnessSeed: { toBytes(): number[] } } }
  | { variant: 'signalWorkflow'; signalWorkflow: object }
  | { variant: 'doUpdate'; doUpdate: object }
  | { variant: 'cancelWorkflow'; cancelWorkflow: object }
  | { variant: 'fireTimer'; fireTimer: { seq: number } }
  | { variant: 'resolveActivity'; resolveActivity: object }
  | { variant: 'resolveChildWorkflowExecutionStart'; resolveChildWorkflowExecutionStart: object }
  | { variant: 'resolveChildWorkflowExecution'; resolveChildWorkflowExecution: object }
  | { variant: 'queryWorkflow'; queryWorkflow: object };

export interface RetryPolicy {
  initialInterval?: Duration | null;
  backoffCoefficient?: number | null;
  maximumInterval?: Duration | null;
  maximumAttempts?: number | null;
  nonRetryableErrorTypes?: string[] | null;
}

export interface ScheduleActivity {
  seq: number;
  activityId: string;
  activityType: string;
  arguments: Payload[];
  taskQueue: string;
  retryPolicy?: RetryPolicy;
  scheduleToCloseTimeout?: Duration | null;
  scheduleToStartTimeout?: Duration | null;
  startToCloseTimeout?: Duration | null;
  heartbeatTimeout?: Duration | null;
}

export interface UpdateResponse {
  protocolInstanceId: string;
  accepted?: object | null;
  rejected?: Failure | null;
  completed?: Payload | null;
}

/** What a run wants done. */
export interface Command {
  userMetadata?: { summary?: Payload | null } | null;
  startTimer?: { seq: number; startToFireTimeout: Duration };
  cancelTimer?: { seq: number };
  scheduleActivity?: ScheduleActivity;
  scheduleLocalActivity?: { seq: number; activityId: string; activityType: string; arguments: Payload[] };
  startChildWorkflowExecution?: {
    seq: number;
    workflowId: string;
    workflowType: string;
    input: Payload[];
    taskQueue: string;
    workflowIdReusePolicy?: number;
    searchAttributes?: SearchAttributes;
  };
  upsertWorkflowSearchAttributes?: { searchAttributes: SearchAttributes };
  updateResponse?: UpdateResponse;
  completeWorkflowExecution?: { result?: Payload | null };
  failWorkflowExecution?: { failure: Failure };
  continueAsNewWorkflowExecution?: { workflowType: string; arguments: Payload[]; taskQueue?: string };
  cancelWorkflowExecution?: object;
  respondToQuery?: { queryId: string; succeeded?: { response?: Payload | null }; failed?: Failure };
}

export interface SearchAttributes {
  indexedFields?: Record<string, Payload> | null;
}

/** Of a field that may be left out or null, which mean the same on the wire. */
export function isGiven<T>(field: T | null | undefined): field is T {
  return field !== undefined && field !== null;
}
