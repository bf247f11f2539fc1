import type { Command } from '../sandbox/protocol.js';
import { isGiven } from '../sandbox/protocol.js';
import type { AnsweredCommand } from '../sandbox/replayer.js';
import { textOf } from '../sandbox/replayer.js';
import { Commands } from './commands.js';
import type { HistoryEvent } from './history.js';
import type { Poller } from './poller.js';
import type { Run, WorkflowTask } from './run.js';
import type { TemporalServer } from './server.js';

/** A workflow task that its worker doesn't answer within this time is given to another. */
const TASK_TIMEOUT_MS = 10_000;

/** Workflow tasks: made where a run has something to be told, given to workers, timed out, and done again where no answer came. */
export class WorkflowTasks {
  readonly #server: TemporalServer;
  readonly #commands: Commands;
  #tokens = 0;

  constructor(server: TemporalServer) {
    this.#server = server;
    this.#commands = new Commands(server);
  }

  /** Gives out again what waits for a worker: one has come. */
  dispatchAll(): void {
    for (const run of this.#server.runs()) if (run.task?.state === 'scheduled') this.#dispatchSoon(run, run.task);
  }

  /** A worker's answer to a task. Ignored where the task was given to another meanwhile: then the worker's memory of the run is worth nothing. */
  complete(run: Run, token: number, worker: string, commands: AnsweredCommand[]): boolean {
    const { task } = run;
    if (run.status !== 'RUNNING' || task?.token !== token || task.state !== 'started') return false;
    task.timer?.cancel();
    delete run.task;
    const isEmpty = commands.every(({ updateResponse }) => isGiven(updateResponse?.rejected));
    if (task.isSpeculative && isEmpty) {
      for (const command of commands) this.#commands.answerUpdate(run, command, 0);
      run.worker = worker;
      return this.#flush(run);
    }
    const closes = commands.some(isClosing);
    const startedId = this.#recordStart(run, task);
    if (closes && run.buffered.length > 0) {
      this.#server.record(run, { type: 'taskFailed', cause: 'UnhandledCommand' });
      delete run.worker;
      this.#flush(run);
      return false;
    }
    run.worker = worker;
    this.#server.record(run, { type: 'taskCompleted', startedId, commands: textOf(commands) });
    for (const command of commands) this.#commands.carryOut(run, command, startedId);
    return run.closedAt === undefined ? this.#flush(run) : true;
  }

  /** The worker could not do it, by a fault of the workflow's code. */
  fail(run: Run, token: number, message: string): void {
    this.#server.observer.taskFailed(run, message);
    const { task } = run;
    if (run.status !== 'RUNNING' || task?.token !== token) return;
    task.timer?.cancel();
    this.#recordStart(run, task);
    this.#server.record(run, { type: 'taskFailed', cause: 'WorkflowWorkerUnhandledFailure' });
    this.#tryTaskAgain(run, 10_000);
  }

  #flush(run: Run): true {
    const came = run.buffered.splice(0);
    for (const body of came) this.#server.record(run, body);
    if (came.length > 0) this.schedule(run, { isSpeculative: false });
    else if ([...run.updates.values()].some(({ state }) => state === 'admitted'))
      this.schedule(run, { isSpeculative: true });
    return true;
  }

  /** The run has something to be told. */
  schedule(run: Run, { isSpeculative }: { isSpeculative: boolean }): void {
    if (run.status !== 'RUNNING') return;
    const { task } = run;
    if (task?.state === 'started') return;
    if (task !== undefined) {
      if (task.isSpeculative && !isSpeculative) {
        task.isSpeculative = false;
        this.#server.record(run, { type: 'taskScheduled' });
      }
      return;
    }
    if (!isSpeculative) this.#server.record(run, { type: 'taskScheduled' });
    this.#tokens += 1;
    run.task = {
      ...{ token: this.#tokens, state: 'scheduled', isSpeculative, attempt: 1, scheduledAt: this.#server.clock.now() },
      ...{ suggestContinueAsNew: run.suggestContinueAsNew || run.history.length > 4_000, updates: [] },
    };
    this.#dispatchSoon(run, run.task);
  }

  #dispatchSoon(run: Run, task: WorkflowTask): void {
    const { token } = task;
    this.#server.clock.after(this.#server.clock.latency(), () => {
      if (run.status !== 'RUNNING' || run.task?.token !== token || run.task.state !== 'scheduled') return;
      const pollers = this.#server.pollers.filter((poller) => poller.polls('outflow'));
      const sticky = pollers.find(({ name }) => name === run.worker);
      const poller = sticky ?? this.#server.clock.pick(pollers);
      if (poller !== undefined) this.#startTask(run, run.task, poller);
    });
  }

  #startTask(run: Run, task: WorkflowTask, poller: Poller): void {
    const { token } = task;
    task.state = 'started';
    task.startedAt = this.#server.clock.now();
    task.suggestContinueAsNew = run.suggestContinueAsNew || run.history.length > 4_000;
    const { suggestContinueAsNew } = task;
    const updates = [...run.updates.values()].filter(({ state }) => state === 'admitted');
    task.updates = updates.map(({ id }) => id);
    task.timer = this.#server.clock.after(TASK_TIMEOUT_MS, () => this.#timeOutTask(run, token));
    const { length } = run.history;
    const provisional: HistoryEvent[] = task.isSpeculative
      ? [{ type: 'taskScheduled', id: length + 1, at: task.scheduledAt }]
      : [];
    const started: HistoryEvent = {
      ...{ type: 'taskStarted', suggestContinueAsNew },
      ...{ id: length + provisional.length + 1, at: task.startedAt },
    };
    const history = [...run.history, ...provisional, started];
    if (!task.isSpeculative) this.#server.recordEvent(run, started);
    poller.takeWorkflowTask({ run, token, history, updates });
  }

  /** The event of a task's start: of a speculative one, written only now. */
  #recordStart(run: Run, task: WorkflowTask): number {
    if (task.isSpeculative) {
      this.#server.recordEvent(run, { type: 'taskScheduled', id: run.history.length + 1, at: task.scheduledAt });
      const { suggestContinueAsNew, startedAt = this.#server.clock.now() } = task;
      this.#server.recordEvent(run, {
        type: 'taskStarted',
        suggestContinueAsNew,
        id: run.history.length + 1,
        at: startedAt,
      });
    }
    return run.history.findLast(({ type }) => type === 'taskStarted')?.id ?? 0;
  }

  #timeOutTask(run: Run, token: number): void {
    const { task } = run;
    if (run.status !== 'RUNNING' || task?.token !== token || task.state !== 'started') return;
    this.#recordStart(run, task);
    this.#server.record(run, { type: 'taskTimedOut' });
    this.#tryTaskAgain(run, 0);
  }

  #tryTaskAgain(run: Run, pauseMs: number): void {
    delete run.worker;
    delete run.task;
    for (const body of run.buffered.splice(0)) this.#server.record(run, body);
    this.#server.clock.after(pauseMs, () => {
      this.schedule(run, { isSpeculative: false });
    });
  }
}

function isClosing({
  completeWorkflowExecution,
  failWorkflowExecution,
  continueAsNewWorkflowExecution,
}: Command): boolean {
  return (
    completeWorkflowExecution !== undefined ||
    failWorkflowExecution !== undefined ||
    continueAsNewWorkflowExecution !== undefined
  );
}
