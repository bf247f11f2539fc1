import type { Command } from './protocol.js';
import { isGiven } from './protocol.js';
import type { RecordedTask } from './activations.js';
import { seedOf, tasksOf } from './activations.js';
import type { HistoryEvent, Outcome } from '../temporal/history.js';
import type { RunInfo, WorkflowInMemory, WorkflowSandbox } from './sandbox.js';

/** A replay did other than what stands in the history. */
export class NotDeterministic extends Error {
  override readonly name = 'NotDeterministic';
}

/** What a history says of its run, for a workflow that is made of it. */
export function runInfoOf(history: readonly HistoryEvent[], run: { workflowId: string; runId: string }): RunInfo {
  const [first] = history;
  if (first?.type !== 'started') throw new Error('a history without its beginning');
  return {
    ...run,
    workflowType: first.workflowType,
    originalExecutionRunId: first.originalRunId,
    firstExecutionRunId: first.firstRunId,
    ...(first.continuedFromRunId !== undefined && { continuedFromExecutionRunId: first.continuedFromRunId }),
    taskQueue: 'outflow',
    startTime: first.at,
  };
}

/** A workflow as all answered tasks of its history have left it. @throws NotDeterministic, WorkflowTaskFailure */
export async function replayed(
  sandbox: WorkflowSandbox,
  history: readonly HistoryEvent[],
  run: { workflowId: string; runId: string },
): Promise<WorkflowInMemory> {
  const info = runInfoOf(history, run);
  const workflow = sandbox.create(info, seedOf(info.originalExecutionRunId), info.startTime);
  for (const task of tasksOf(history, run)) {
    if (task.commands === undefined) break;
    const commands = await carriedOut(workflow, task, { isReplaying: true, localActivity: fromMarkers(task) });
    const text = textOf(commands);
    if (text !== task.commands)
      throw new NotDeterministic(`task of event ${task.startedId}: recorded ${task.commands}, replayed ${text}`);
  }
  workflow.takeLog();
  return workflow;
}

function fromMarkers({ markers }: RecordedTask): (seq: number) => Promise<Outcome> {
  return (seq) => {
    const marker = markers.get(seq);
    if (marker === undefined) throw new NotDeterministic(`local activity ${seq} stands in no marker`);
    return Promise.resolve(marker.outcome);
  };
}

/** One task: what it tells the run, and what its local activities come to. Answers all commands, markers of local activities in their places. */
export async function carriedOut(
  workflow: WorkflowInMemory,
  task: RecordedTask,
  {
    isReplaying,
    localActivity,
  }: {
    isReplaying: boolean;
    localActivity: (seq: number, command: NonNullable<Command['scheduleLocalActivity']>) => Promise<Outcome>;
  },
): Promise<AnsweredCommand[]> {
  const { timestamp, continueAsNewSuggested, startedId } = task;
  const all: AnsweredCommand[] = [];
  let { jobs } = task;
  while (jobs.length > 0) {
    const commands = workflow.activate({
      timestamp,
      isReplaying,
      historyLength: startedId,
      continueAsNewSuggested,
      jobs,
    });
    jobs = [];
    for (const command of commands) {
      const { scheduleLocalActivity: local } = command;
      if (local === undefined) {
        all.push(command);
        continue;
      }
      const outcome = await localActivity(local.seq, local);
      all.push({ marker: { seq: local.seq, activityType: local.activityType, outcome } });
      jobs.push({
        variant: 'resolveActivity',
        resolveActivity: { seq: local.seq, isLocal: true, result: resolutionOf(local, outcome) },
      });
    }
  }
  return all;
}

function resolutionOf({ activityId, activityType }: NonNullable<Command['scheduleLocalActivity']>, outcome: Outcome) {
  if ('success' in outcome) return { completed: { result: outcome.success } };
  const activityFailureInfo = { activityId, activityType: { name: activityType }, identity: '' };
  return { failed: { failure: { message: 'Activity task failed', cause: outcome.failure, activityFailureInfo } } };
}

/** A local activity leaves a marker with what it came to. */
export type AnsweredCommand = Command & { marker?: { seq: number; activityType: string; outcome: Outcome } };

/** Commands as text; without updates that were refused, of which no history knows. */
export function textOf(commands: readonly AnsweredCommand[]): string {
  return JSON.stringify(
    commands.filter(({ updateResponse }) => !isGiven(updateResponse?.rejected)),
    (_key, value: unknown) =>
      value instanceof Uint8Array || ArrayBuffer.isView(value)
        ? Buffer.from(value as Uint8Array).toString('latin1')
        : value,
  );
}
