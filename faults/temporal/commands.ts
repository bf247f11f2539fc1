import type { Command } from '../sandbox/protocol.js';
import { isGiven } from '../sandbox/protocol.js';
import type { AnsweredCommand } from '../sandbox/replayer.js';
import { msOf } from './numbers.js';
import type { Run } from './run.js';
import type { TemporalServer } from './server.js';

/** What the commands of an answered workflow task become. */
export class Commands {
  readonly #server: TemporalServer;

  constructor(server: TemporalServer) {
    this.#server = server;
  }

  /** Carries out one. `taskStartedId`: the event of the task's start. */
  carryOut(run: Run, command: AnsweredCommand, taskStartedId: number): void {
    if (run.status !== 'RUNNING') return;
    const { scheduleActivity, startTimer, cancelTimer, marker, upsertWorkflowSearchAttributes: upsert } = command;
    const { startChildWorkflowExecution: child, completeWorkflowExecution: complete } = command;
    const { failWorkflowExecution: fail, continueAsNewWorkflowExecution: continueAsNew } = command;
    if (scheduleActivity !== undefined) {
      const { id } = this.#server.record(run, { type: 'activityScheduled', command: scheduleActivity });
      this.#server.activities.schedule(run, id, scheduleActivity);
    } else if (startTimer !== undefined) {
      const ms = msOf(startTimer.startToFireTimeout) ?? 0;
      this.#server.record(run, { type: 'timerStarted', seq: startTimer.seq, ms });
      this.#server.startTimer(run, startTimer.seq, ms);
    } else if (cancelTimer !== undefined) this.#cancelTimer(run, cancelTimer.seq);
    else if (marker !== undefined)
      this.#server.record(run, { type: 'marker', seq: marker.seq, outcome: marker.outcome });
    else if (upsert !== undefined) {
      this.#server.record(run, { type: 'upserted', searchAttributes: upsert.searchAttributes });
      Object.assign(run.searchAttributes, upsert.searchAttributes.indexedFields ?? {});
    } else if (command.updateResponse !== undefined) this.answerUpdate(run, command, taskStartedId);
    else if (child !== undefined) this.#startChild(run, child);
    else if (complete !== undefined)
      this.#server.close(run, { type: 'completed', result: complete.result ?? undefined });
    else if (fail !== undefined) this.#server.close(run, { type: 'failed', failure: fail.failure });
    else if (continueAsNew !== undefined) this.#server.continueAsNew(run, continueAsNew);
    else throw new Error(`a command that the stand-in doesn't know: ${Object.keys(command).join(', ')}`);
  }

  #cancelTimer(run: Run, seq: number): void {
    run.timers.get(seq)?.cancel();
    run.timers.delete(seq);
    run.buffered = run.buffered.filter((body) => body.type !== 'timerFired' || body.seq !== seq);
    this.#server.record(run, { type: 'timerCanceled', seq });
  }

  /** What a run says to an update: it takes it, refuses it, or has done it. */
  answerUpdate(run: Run, { updateResponse }: Command, taskStartedId: number): void {
    const update = run.updates.get(updateResponse?.protocolInstanceId ?? '');
    if (update === undefined || updateResponse === undefined) return;
    const { id: updateId, name, input } = update;
    const { accepted, rejected, completed } = updateResponse;
    if (isGiven(accepted)) {
      this.#server.record(run, { type: 'updateAccepted', taskStartedId, updateId, name, input });
      update.state = 'accepted';
    } else if (isGiven(rejected) && update.state === 'admitted') {
      update.state = 'rejected';
      update.outcome = { failure: rejected };
    } else {
      update.outcome = isGiven(rejected) ? { failure: rejected } : { success: completed ?? undefined };
      update.state = 'completed';
      this.#server.record(run, { type: 'updateCompleted', updateId, outcome: update.outcome });
    }
    for (const listener of update.listeners) listener();
  }

  #startChild(run: Run, command: NonNullable<Command['startChildWorkflowExecution']>): void {
    const { seq, workflowId, workflowType, input, searchAttributes, workflowIdReusePolicy } = command;
    this.#server.record(run, { type: 'childInitiated', seq, workflowId });
    this.#server.clock.after(this.#server.clock.latency(), () => {
      try {
        const reuse = workflowIdReusePolicy === 3 ? 'reject' : 'allow';
        const started = this.#server.start({
          workflowId,
          workflowType,
          input,
          searchAttributes: searchAttributes ?? null,
          reuse,
          conflict: 'fail',
          parent: { run, seq },
        });
        this.#server.append(run, [{ type: 'childStarted', seq, runId: started.run.runId }]);
      } catch {
        this.#server.append(run, [{ type: 'childStartFailed', seq, workflowId, workflowType }]);
      }
    });
  }
}
