import type { HistoryEvent } from '../temporal/history.js';
import { longOf } from '../temporal/numbers.js';
import type { Job } from './protocol.js';

/** One workflow task of a history: what the run was told in it, and what it answered. */
export interface RecordedTask {
  startedId: number;
  timestamp: number;
  continueAsNewSuggested: boolean;
  jobs: Job[];
  /** The results of its local activities, by their number in the run. */
  markers: ReadonlyMap<number, HistoryEvent & { type: 'marker' }>;
  /** As `textOf` makes it; undefined of the last task, which is not answered yet. */
  commands?: string;
}

/** An update that is given to a run in a task, before anything of it stands in the history. */
export interface UpdateMessage {
  id: string;
  name: string;
  input: unknown[];
}

export interface RunIdentity {
  workflowId: string;
  runId: string;
}

/** The tasks of a history in their order, as a worker that reads it from its beginning goes through them. */
export function tasksOf(
  history: readonly HistoryEvent[],
  run: RunIdentity,
  updates: readonly UpdateMessage[] = [],
): RecordedTask[] {
  const answered = new Map<number, HistoryEvent & { type: 'taskCompleted' }>();
  for (const event of history) if (event.type === 'taskCompleted') answered.set(event.startedId, event);
  const last = history.findLast(({ type }) => type === 'taskStarted' || type === 'taskCompleted');
  const pendingId = last?.type === 'taskStarted' ? last.id : undefined;
  const tasks: RecordedTask[] = [];
  let waiting: HistoryEvent[] = [];
  for (const [place, event] of history.entries()) {
    waiting.push(event);
    if (event.type !== 'taskStarted' || (!answered.has(event.id) && event.id !== pendingId)) continue;
    const completed = answered.get(event.id);
    const results = completed === undefined ? [] : commandEvents(history, history.indexOf(completed, place));
    const accepted = results.filter((result) => result.type === 'updateAccepted');
    const given =
      completed === undefined
        ? updates.map((update) => ({ ...update, isChecked: false }))
        : accepted.map(acceptedUpdate);
    tasks.push({
      startedId: event.id,
      timestamp: event.at,
      continueAsNewSuggested: event.suggestContinueAsNew,
      jobs: sorted([...waiting.flatMap((one) => jobsOf(one, run)), ...given.map(updateJob)]),
      markers: new Map(results.filter((result) => result.type === 'marker').map((marker) => [marker.seq, marker])),
      ...(completed !== undefined && { commands: completed.commands }),
    });
    waiting = [];
  }
  return tasks;
}

/** The events that the commands of a task became: those right after its completion. */
function commandEvents(history: readonly HistoryEvent[], completedAt: number): HistoryEvent[] {
  const rest = history.slice(completedAt + 1);
  const next = rest.findIndex(({ type }) => type === 'taskScheduled');
  return next < 0 ? rest : rest.slice(0, next);
}

function acceptedUpdate({ updateId, name, input }: HistoryEvent & { type: 'updateAccepted' }) {
  return { id: updateId, name, input, isChecked: true };
}

function updateJob({ id, name, input, isChecked }: UpdateMessage & { isChecked: boolean }): Job {
  const doUpdate = { id, protocolInstanceId: id, name, input, headers: {}, runValidator: !isChecked };
  return { variant: 'doUpdate', doUpdate };
}

/** Temporal's worker tells a run first of its beginning, then of signals and updates in their order, then of all else. */
function sorted(jobs: Job[]): Job[] {
  const rank = ({ variant }: Job) =>
    variant === 'initializeWorkflow'
      ? 1
      : variant === 'updateRandomSeed'
        ? 2
        : variant === 'signalWorkflow' || variant === 'doUpdate'
          ? 3
          : 4;
  return jobs.toSorted((a, b) => rank(a) - rank(b));
}

function jobsOf(event: HistoryEvent, { workflowId }: RunIdentity): Job[] {
  switch (event.type) {
    case 'started': {
      const { workflowType, input, searchAttributes } = event;
      const job = { workflowId, workflowType, arguments: input, headers: {}, searchAttributes };
      return [{ variant: 'initializeWorkflow', initializeWorkflow: job }];
    }
    case 'taskFailed':
      if (event.newRunId === undefined) return [];
      return [
        {
          variant: 'updateRandomSeed',
          updateRandomSeed: { randomnessSeed: { toBytes: () => seedOf(event.newRunId ?? '') } },
        },
      ];
    case 'signaled':
      return [
        {
          variant: 'signalWorkflow',
          signalWorkflow: {
            signalName: event.name,
            input: event.input,
            headers: {},
            originatingEventId: longOf(event.id),
          },
        },
      ];
    case 'cancelRequested':
      return [{ variant: 'cancelWorkflow', cancelWorkflow: {} }];
    case 'timerFired':
      return [{ variant: 'fireTimer', fireTimer: { seq: event.seq } }];
    case 'activityCompleted':
      return [
        {
          variant: 'resolveActivity',
          resolveActivity: { seq: event.seq, result: { completed: { result: event.result } } },
        },
      ];
    case 'activityFailed':
    case 'activityTimedOut': {
      const { seq, failure: cause, activityId, activityType, retryState } = event;
      const activityFailureInfo = { activityId, activityType: { name: activityType }, retryState, identity: '' };
      const failure = { message: 'Activity task failed', cause, activityFailureInfo };
      return [{ variant: 'resolveActivity', resolveActivity: { seq, result: { failed: { failure } } } }];
    }
    case 'childStarted':
      return [
        {
          variant: 'resolveChildWorkflowExecutionStart',
          resolveChildWorkflowExecutionStart: { seq: event.seq, succeeded: { runId: event.runId } },
        },
      ];
    case 'childStartFailed': {
      const failed = { workflowId: event.workflowId, workflowType: event.workflowType, cause: 1 };
      return [
        {
          variant: 'resolveChildWorkflowExecutionStart',
          resolveChildWorkflowExecutionStart: { seq: event.seq, failed },
        },
      ];
    }
    case 'childCompleted':
      return [
        {
          variant: 'resolveChildWorkflowExecution',
          resolveChildWorkflowExecution: { seq: event.seq, result: { completed: { result: event.result } } },
        },
      ];
    default:
      return [];
  }
}

/** What a run’s random numbers start from: its id, as Temporal’s worker takes it. */
export function seedOf(runId: string): number[] {
  return [...Buffer.from(runId.replaceAll('-', ''), 'hex')].slice(0, 8);
}
