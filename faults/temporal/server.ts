import type { Command, Payload, SearchAttributes } from '../sandbox/protocol.js';
import { isGiven } from '../sandbox/protocol.js';
import type { AnsweredCommand } from '../sandbox/replayer.js';
import { textOf } from '../sandbox/replayer.js';
import { ActivityTasks } from './activity-tasks.js';
import { msOf } from './durations.js';
import type { EventBody, HistoryEvent } from './history.js';
import { closingTypes } from './history.js';
import { grpcError, codes } from './grpc-error.js';
import type { PendingActivity, Run, Update, WorkflowTask } from './run.js';
import type { ServerClock } from './server-clock.js';

/** A workflow task on its way to a worker. */
export interface DispatchedTask {
  run: Run;
  token: number;
  history: readonly HistoryEvent[];
  updates: readonly Pick<Update, 'id' | 'name' | 'input'>[];
}

/** A process that asks the server for tasks. */
export interface Poller {
  readonly name: string;
  /** Whether it takes tasks of this queue now. */
  polls(queue: string): boolean;
  takeWorkflowTask(task: DispatchedTask): void;
  takeActivityTask(run: Run, activity: PendingActivity, attempt: number): void;
}

/** Hears of all that the server records. */
export interface Observer {
  recorded(run: Run, event: HistoryEvent): void;
  /** A task of a workflow failed by a fault of its code, or a replay differed. */
  taskFailed(run: Run, message: string): void;
}

export interface StartRequest {
  workflowId: string;
  workflowType: string;
  input: Payload[];
  searchAttributes?: SearchAttributes | null;
  summary?: Payload | null;
  /** Temporal's policies, by what they mean here. */
  reuse: 'allow' | 'allow failed only' | 'reject';
  conflict: 'fail' | 'use existing';
  parent?: Run['parent'];
}

/** A workflow task that its worker doesn't answer within this time is given to another. */
const TASK_TIMEOUT_MS = 10_000;

/**
 * Temporal's server, as far as Outflow meets it: runs with their histories, tasks for workers, timers, activities with their time-outs and
 * retries, signals and updates. It keeps what a real one keeps when its workers die, and promises no more: what is not recorded is forgotten, and
 * every task may be given out again.
 */
export class TemporalServer {
  readonly clock: ServerClock;
  readonly activities: ActivityTasks;
  readonly #runs = new Map<string, Run[]>();
  readonly #pollers: Poller[] = [];
  readonly #observer: Observer;
  readonly #newRunId: () => string;
  #tokens = 0;

  constructor(options: { clock: ServerClock; observer: Observer; newRunId: () => string; retentionMs: number }) {
    this.clock = options.clock;
    this.#observer = options.observer;
    this.#newRunId = options.newRunId;
    this.retentionMs = options.retentionMs;
    this.activities = new ActivityTasks(this);
  }

  /** How long a closed run is remembered. */
  readonly retentionMs: number;

  // --- What it knows ---------------------------------------------------------------------------------------------------

  /** All runs that it remembers, of all workflows, the oldest first. */
  runs(): Run[] {
    return [...this.#runs.values()].flat();
  }

  /** A workflow's latest run, or the one that is named. */
  find(workflowId: string, runId?: string | null): Run | undefined {
    const runs = this.#runs.get(workflowId) ?? [];
    return runId ? runs.find((run) => run.runId === runId) : runs.at(-1);
  }

  get pollers(): readonly Poller[] {
    return this.#pollers;
  }

  addPoller(poller: Poller): void {
    this.#pollers.push(poller);
  }

  // --- What it is asked ------------------------------------------------------------------------------------------------

  /** @throws an error of gRPC's code ALREADY_EXISTS, where the policies say so */
  start(request: StartRequest): { run: Run; isNew: boolean } {
    const { workflowId, reuse, conflict } = request;
    const latest = this.find(workflowId);
    if (latest?.status === 'RUNNING') {
      if (conflict === 'use existing') return { run: latest, isNew: false };
      throw grpcError(codes.alreadyExists, 'Workflow execution is already running.');
    }
    const mayReuse = reuse === 'allow' || (reuse === 'allow failed only' && latest?.status !== 'COMPLETED');
    if (latest !== undefined && !mayReuse)
      throw grpcError(codes.alreadyExists, 'Workflow execution already finished successfully.');
    const runId = this.#newRunId();
    return { run: this.#newRun(request, { runId, firstRunId: runId }), isNew: true };
  }

  signal(workflowId: string, runId: string | undefined, name: string, input: Payload[]): void {
    this.append(this.#open(workflowId, runId), [{ type: 'signaled', name, input }]);
  }

  requestCancel(workflowId: string): void {
    const run = this.#open(workflowId);
    if (run.isCancelRequested) return;
    run.isCancelRequested = true;
    this.append(run, [{ type: 'cancelRequested' }]);
  }

  terminate(workflowId: string, reason: string): void {
    this.#close(this.#open(workflowId), { type: 'terminated', reason });
  }

  /** Admits an update, or finds the one of that id. */
  update(
    workflowId: string,
    runId: string | undefined,
    given: Pick<Update, 'id' | 'name' | 'input'>,
  ): { run: Run; update: Update } {
    const latest = this.find(workflowId, runId);
    const known = latest?.updates.get(given.id);
    if (latest !== undefined && known !== undefined && known.state !== 'rejected' && known.state !== 'dropped')
      return { run: latest, update: known };
    const run = this.#open(workflowId, runId);
    const update: Update = { ...given, state: 'admitted', listeners: new Set() };
    run.updates.set(given.id, update);
    this.#scheduleTask(run, { isSpeculative: true });
    return { run, update };
  }

  /**
   * A new run with the history of another up to one of its tasks, which is done again; the other is terminated if it is open. Signals that came
   * since are given to the new one.
   */
  reset(run: Run, taskStartedId: number): Run {
    const runId = this.#newRunId();
    const copied = run.history.filter(({ id }) => id <= taskStartedId);
    const later = run.history.filter((event) => event.id > taskStartedId).filter((event) => event.type === 'signaled');
    if (run.status === 'RUNNING') this.#close(run, { type: 'terminated', reason: 'reset' });
    const next: Run = {
      ...this.#emptyRun(run.workflowId, run.workflowType, runId),
      ...{ originalRunId: run.originalRunId, firstRunId: run.firstRunId, history: copied },
    };
    this.#store(next);
    this.#restore(next);
    this.#record(next, { type: 'taskFailed', cause: 'ResetWorkflow', newRunId: runId });
    for (const { type, name, input } of later) this.#record(next, { type, name, input });
    this.#scheduleTask(next, { isSpeculative: false });
    return next;
  }

  /** The next task of this run tells it that its history has become long. */
  suggestContinueAsNew(run: Run): void {
    run.suggestContinueAsNew = true;
  }

  // --- Workflow tasks --------------------------------------------------------------------------------------------------

  /** Gives out again what waits for a worker: one has come. */
  dispatchAll(): void {
    for (const run of this.runs()) if (run.task?.state === 'scheduled') this.#dispatchSoon(run, run.task);
    this.activities.dispatchAll();
  }

  /** A worker's answer to a task. Ignored where the task was given to another meanwhile: then the worker's memory of the run is worth nothing. */
  completeTask(run: Run, token: number, worker: string, commands: AnsweredCommand[]): boolean {
    const { task } = run;
    if (run.status !== 'RUNNING' || task?.token !== token || task.state !== 'started') return false;
    task.timer?.cancel();
    delete run.task;
    const isEmpty = commands.every(({ updateResponse }) => isGiven(updateResponse?.rejected));
    if (task.isSpeculative && isEmpty) {
      for (const command of commands) this.#answerUpdate(run, command, 0);
      run.worker = worker;
      return this.#flush(run);
    }
    const closes = commands.some(isClosing);
    const startedId = this.#recordStart(run, task);
    if (closes && run.buffered.length > 0) {
      this.#record(run, { type: 'taskFailed', cause: 'UnhandledCommand' });
      delete run.worker;
      this.#flush(run);
      return false;
    }
    run.worker = worker;
    this.#record(run, { type: 'taskCompleted', startedId, commands: textOf(commands) });
    for (const command of commands) this.#carryOut(run, command, startedId);
    return run.closedAt === undefined ? this.#flush(run) : true;
  }

  /** The worker could not do it, by a fault of the workflow's code. */
  failTask(run: Run, token: number, message: string): void {
    this.#observer.taskFailed(run, message);
    const { task } = run;
    if (run.status !== 'RUNNING' || task?.token !== token) return;
    task.timer?.cancel();
    this.#recordStart(run, task);
    this.#record(run, { type: 'taskFailed', cause: 'WorkflowWorkerUnhandledFailure' });
    this.#tryTaskAgain(run, 10_000);
  }

  /** Something has come for a run: recorded, and told to it in its next task. */
  append(run: Run, bodies: EventBody[]): void {
    if (run.status !== 'RUNNING') return;
    if (run.task?.state === 'started') run.buffered.push(...bodies);
    else {
      for (const body of bodies) this.#record(run, body);
      this.#scheduleTask(run, { isSpeculative: false });
    }
  }

  #flush(run: Run): true {
    const came = run.buffered.splice(0);
    for (const body of came) this.#record(run, body);
    if (came.length > 0) this.#scheduleTask(run, { isSpeculative: false });
    else if ([...run.updates.values()].some(({ state }) => state === 'admitted'))
      this.#scheduleTask(run, { isSpeculative: true });
    return true;
  }

  #scheduleTask(run: Run, { isSpeculative }: { isSpeculative: boolean }): void {
    if (run.status !== 'RUNNING') return;
    const { task } = run;
    if (task?.state === 'started') return;
    if (task !== undefined) {
      if (task.isSpeculative && !isSpeculative) {
        task.isSpeculative = false;
        this.#record(run, { type: 'taskScheduled' });
      }
      return;
    }
    if (!isSpeculative) this.#record(run, { type: 'taskScheduled' });
    this.#tokens += 1;
    run.task = {
      ...{ token: this.#tokens, state: 'scheduled', isSpeculative, attempt: 1, scheduledAt: this.clock.now() },
      ...{ suggestContinueAsNew: run.suggestContinueAsNew || run.history.length > 4_000, updates: [] },
    };
    this.#dispatchSoon(run, run.task);
  }

  #dispatchSoon(run: Run, task: WorkflowTask): void {
    const { token } = task;
    this.clock.after(this.clock.latency(), () => {
      if (run.status !== 'RUNNING' || run.task?.token !== token || run.task.state !== 'scheduled') return;
      const pollers = this.#pollers.filter((poller) => poller.polls('outflow'));
      const sticky = pollers.find(({ name }) => name === run.worker);
      const poller = sticky ?? this.clock.pick(pollers);
      if (poller !== undefined) this.#startTask(run, run.task, poller);
    });
  }

  #startTask(run: Run, task: WorkflowTask, poller: Poller): void {
    const { token } = task;
    task.state = 'started';
    task.startedAt = this.clock.now();
    task.suggestContinueAsNew = run.suggestContinueAsNew || run.history.length > 4_000;
    const { suggestContinueAsNew } = task;
    const updates = [...run.updates.values()].filter(({ state }) => state === 'admitted');
    task.updates = updates.map(({ id }) => id);
    task.timer = this.clock.after(TASK_TIMEOUT_MS, () => this.#timeOutTask(run, token));
    const { length } = run.history;
    const provisional: HistoryEvent[] = task.isSpeculative
      ? [{ type: 'taskScheduled', id: length + 1, at: task.scheduledAt }]
      : [];
    const started: HistoryEvent = {
      ...{ type: 'taskStarted', suggestContinueAsNew },
      ...{ id: length + provisional.length + 1, at: task.startedAt },
    };
    const history = [...run.history, ...provisional, started];
    if (!task.isSpeculative) this.#recordEvent(run, started);
    poller.takeWorkflowTask({ run, token, history, updates });
  }

  /** The event of a task's start: of a speculative one, written only now. */
  #recordStart(run: Run, task: WorkflowTask): number {
    if (task.isSpeculative) {
      this.#recordEvent(run, { type: 'taskScheduled', id: run.history.length + 1, at: task.scheduledAt });
      const { suggestContinueAsNew, startedAt = this.clock.now() } = task;
      this.#recordEvent(run, { type: 'taskStarted', suggestContinueAsNew, id: run.history.length + 1, at: startedAt });
    }
    return run.history.findLast(({ type }) => type === 'taskStarted')?.id ?? 0;
  }

  #timeOutTask(run: Run, token: number): void {
    const { task } = run;
    if (run.status !== 'RUNNING' || task?.token !== token || task.state !== 'started') return;
    this.#recordStart(run, task);
    this.#record(run, { type: 'taskTimedOut' });
    this.#tryTaskAgain(run, 0);
  }

  #tryTaskAgain(run: Run, pauseMs: number): void {
    delete run.worker;
    delete run.task;
    for (const body of run.buffered.splice(0)) this.#record(run, body);
    this.clock.after(pauseMs, () => {
      this.#scheduleTask(run, { isSpeculative: false });
    });
  }

  // --- Commands --------------------------------------------------------------------------------------------------------

  #carryOut(run: Run, command: AnsweredCommand, taskStartedId: number): void {
    if (run.status !== 'RUNNING') return;
    const { scheduleActivity, startTimer, cancelTimer, marker, upsertWorkflowSearchAttributes: upsert } = command;
    const { startChildWorkflowExecution: child, completeWorkflowExecution: complete } = command;
    const { failWorkflowExecution: fail, continueAsNewWorkflowExecution: continueAsNew } = command;
    if (scheduleActivity !== undefined) {
      const { id } = this.#record(run, { type: 'activityScheduled', command: scheduleActivity });
      this.activities.schedule(run, id, scheduleActivity);
    } else if (startTimer !== undefined) {
      const ms = msOf(startTimer.startToFireTimeout) ?? 0;
      this.#record(run, { type: 'timerStarted', seq: startTimer.seq, ms });
      this.#startTimer(run, startTimer.seq, ms);
    } else if (cancelTimer !== undefined) this.#cancelTimer(run, cancelTimer.seq);
    else if (marker !== undefined) this.#record(run, { type: 'marker', seq: marker.seq, result: marker.result });
    else if (upsert !== undefined) {
      this.#record(run, { type: 'upserted', searchAttributes: upsert.searchAttributes });
      Object.assign(run.searchAttributes, upsert.searchAttributes.indexedFields ?? {});
    } else if (command.updateResponse !== undefined) this.#answerUpdate(run, command, taskStartedId);
    else if (child !== undefined) this.#startChild(run, child);
    else if (complete !== undefined) this.#close(run, { type: 'completed', result: complete.result ?? undefined });
    else if (fail !== undefined) this.#close(run, { type: 'failed', failure: fail.failure });
    else if (continueAsNew !== undefined) this.#continueAsNew(run, continueAsNew);
    else throw new Error(`a command that the stand-in doesn't know: ${Object.keys(command).join(', ')}`);
  }

  #startTimer(run: Run, seq: number, ms: number): void {
    const timer = this.clock.after(ms + this.clock.timerDelay(ms), () => {
      if (!run.timers.delete(seq)) return;
      this.append(run, [{ type: 'timerFired', seq }]);
    });
    run.timers.set(seq, timer);
  }

  #cancelTimer(run: Run, seq: number): void {
    run.timers.get(seq)?.cancel();
    run.timers.delete(seq);
    run.buffered = run.buffered.filter((body) => body.type !== 'timerFired' || body.seq !== seq);
    this.#record(run, { type: 'timerCanceled', seq });
  }

  #answerUpdate(run: Run, { updateResponse }: Command, taskStartedId: number): void {
    const update = run.updates.get(updateResponse?.protocolInstanceId ?? '');
    if (update === undefined || updateResponse === undefined) return;
    const { id: updateId, name, input } = update;
    const { accepted, rejected, completed } = updateResponse;
    if (isGiven(accepted)) {
      this.#record(run, { type: 'updateAccepted', taskStartedId, updateId, name, input });
      update.state = 'accepted';
    } else if (isGiven(rejected) && update.state === 'admitted') {
      update.state = 'rejected';
      update.outcome = { failure: rejected };
    } else {
      update.outcome = isGiven(rejected) ? { failure: rejected } : { success: completed ?? undefined };
      update.state = 'completed';
      this.#record(run, { type: 'updateCompleted', updateId, outcome: update.outcome });
    }
    for (const listener of update.listeners) listener();
  }

  #startChild(run: Run, command: NonNullable<Command['startChildWorkflowExecution']>): void {
    const { seq, workflowId, workflowType, input, searchAttributes, workflowIdReusePolicy } = command;
    this.#record(run, { type: 'childInitiated', seq, workflowId });
    this.clock.after(this.clock.latency(), () => {
      try {
        const reuse = workflowIdReusePolicy === 3 ? 'reject' : 'allow';
        const started = this.start({
          workflowId,
          workflowType,
          input,
          searchAttributes: searchAttributes ?? null,
          reuse,
          conflict: 'fail',
          parent: { run, seq },
        });
        this.append(run, [{ type: 'childStarted', seq, runId: started.run.runId }]);
      } catch {
        this.append(run, [{ type: 'childStartFailed', seq, workflowId, workflowType }]);
      }
    });
  }

  #continueAsNew(run: Run, command: NonNullable<Command['continueAsNewWorkflowExecution']>): void {
    const runId = this.#newRunId();
    const { workflowId, workflowType, firstRunId, searchAttributes, summary } = run;
    const updates = [...run.updates.values()].filter(({ state }) => state === 'admitted');
    for (const { id } of updates) run.updates.delete(id);
    this.#close(run, { type: 'continuedAsNew', newRunId: runId });
    const next = this.#newRun(
      {
        workflowId,
        workflowType,
        input: command.arguments,
        searchAttributes: { indexedFields: searchAttributes },
        summary: summary ?? null,
      },
      { runId, firstRunId, continuedFromRunId: run.runId },
    );
    for (const update of updates) next.updates.set(update.id, update);
  }

  // --- Runs ------------------------------------------------------------------------------------------------------------

  #open(workflowId: string, runId?: string): Run {
    const run = this.find(workflowId, runId);
    if (run === undefined) throw grpcError(codes.notFound, `workflow not found for ID: ${workflowId}`);
    if (run.status !== 'RUNNING') throw grpcError(codes.notFound, 'workflow execution already completed');
    return run;
  }

  #newRun(
    request: Pick<StartRequest, 'workflowId' | 'workflowType' | 'input' | 'searchAttributes' | 'summary' | 'parent'>,
    { runId, firstRunId, continuedFromRunId }: { runId: string; firstRunId: string; continuedFromRunId?: string },
  ): Run {
    const { workflowId, workflowType, input, summary, parent } = request;
    const searchAttributes = request.searchAttributes ?? {};
    const run: Run = {
      ...this.#emptyRun(workflowId, workflowType, runId),
      firstRunId,
      searchAttributes: { ...searchAttributes.indexedFields },
      ...(isGiven(summary) && { summary }),
      ...(parent !== undefined && { parent }),
    };
    this.#store(run);
    const continued = continuedFromRunId === undefined ? {} : { continuedFromRunId };
    this.#record(run, {
      type: 'started',
      workflowType,
      input,
      originalRunId: runId,
      firstRunId,
      searchAttributes,
      ...continued,
    });
    this.#scheduleTask(run, { isSpeculative: false });
    return run;
  }

  #emptyRun(workflowId: string, workflowType: string, runId: string): Run {
    return {
      ...{ workflowId, workflowType, runId, originalRunId: runId, firstRunId: runId, status: 'RUNNING' },
      ...{ startedAt: this.clock.now(), history: [], buffered: [], searchAttributes: {}, isCancelRequested: false },
      ...{ activities: new Map(), timers: new Map(), updates: new Map(), suggestContinueAsNew: false },
    };
  }

  #store(run: Run): void {
    this.#runs.set(run.workflowId, [...(this.#runs.get(run.workflowId) ?? []), run]);
  }

  /** What a copied history says is under way: its timers, activities and search attributes. */
  #restore(run: Run): void {
    const ended = new Set<number>();
    const over = new Set<number>();
    for (const event of run.history) {
      if ('scheduledId' in event && event.type !== 'activityStarted') ended.add(event.scheduledId);
      if (event.type === 'timerFired' || event.type === 'timerCanceled') over.add(event.seq);
      if (event.type === 'started') Object.assign(run.searchAttributes, event.searchAttributes.indexedFields ?? {});
      if (event.type === 'upserted') Object.assign(run.searchAttributes, event.searchAttributes.indexedFields ?? {});
      if (event.type === 'cancelRequested') run.isCancelRequested = true;
    }
    for (const event of run.history) {
      if (event.type === 'activityScheduled' && !ended.has(event.id))
        this.activities.schedule(run, event.id, event.command);
      if (event.type === 'timerStarted' && !over.has(event.seq))
        this.#startTimer(run, event.seq, Math.max(0, event.at + event.ms - this.clock.now()));
    }
  }

  #close(run: Run, body: EventBody): void {
    run.task?.timer?.cancel();
    delete run.task;
    this.#record(run, body);
    run.closedAt = this.clock.now();
    run.status = statusAfter(body);
    for (const timer of run.timers.values()) timer.cancel();
    run.timers.clear();
    this.activities.abandon(run);
    for (const update of run.updates.values()) {
      if (update.state !== 'admitted' && update.state !== 'accepted') continue;
      if (update.state === 'admitted') update.state = 'dropped';
      for (const listener of update.listeners) listener();
    }
    const { parent } = run;
    if (parent !== undefined && body.type === 'completed')
      this.append(parent.run, [{ type: 'childCompleted', seq: parent.seq, result: body.result }]);
    this.clock.after(this.retentionMs, () => this.#forget(run));
  }

  #forget(run: Run): void {
    const left = (this.#runs.get(run.workflowId) ?? []).filter((one) => one !== run);
    if (left.length > 0) this.#runs.set(run.workflowId, left);
    else this.#runs.delete(run.workflowId);
  }

  #record(run: Run, body: EventBody): HistoryEvent {
    return this.#recordEvent(run, { ...body, id: run.history.length + 1, at: this.clock.now() });
  }

  #recordEvent(run: Run, event: HistoryEvent): HistoryEvent {
    run.history.push(event);
    this.#observer.recorded(run, event);
    return event;
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

function statusAfter({ type }: EventBody): Run['status'] {
  if (!closingTypes.includes(type)) throw new Error(`${type} closes nothing`);
  if (type === 'completed') return 'COMPLETED';
  if (type === 'failed') return 'FAILED';
  return type === 'terminated' ? 'TERMINATED' : 'CONTINUED_AS_NEW';
}
