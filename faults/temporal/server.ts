import type { Command, Payload, SearchAttributes } from '../sandbox/protocol.js';
import { isGiven } from '../sandbox/protocol.js';
import { ActivityTasks } from './activity-tasks.js';
import type { Poller } from './poller.js';
import type { EventBody, HistoryEvent } from './history.js';
import { closingTypes } from './history.js';
import { grpcError, codes } from './grpc/error.js';
import type { Run, Update } from './run.js';
import type { ServerClock } from './server-clock.js';
import { WorkflowTasks } from './workflow-tasks.js';

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

/**
 * Temporal's server, as far as Outflow meets it: runs with their histories, tasks for workers, timers, activities with their time-outs and
 * retries, signals and updates. It keeps what a real one keeps when its workers die, and promises no more: what is not recorded is forgotten, and
 * every task may be given out again.
 */
export class TemporalServer {
  readonly clock: ServerClock;
  readonly tasks: WorkflowTasks;
  readonly activities: ActivityTasks;
  readonly #runs = new Map<string, Run[]>();
  readonly #pollers: Poller[] = [];
  readonly observer: Observer;
  readonly #newRunId: () => string;

  constructor(options: { clock: ServerClock; observer: Observer; newRunId: () => string; retentionMs: number }) {
    this.clock = options.clock;
    this.observer = options.observer;
    this.#newRunId = options.newRunId;
    this.retentionMs = options.retentionMs;
    this.tasks = new WorkflowTasks(this);
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

  /** Gives out again what waits for a worker: one has come. */
  dispatchAll(): void {
    this.tasks.dispatchAll();
    this.activities.dispatchAll();
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
    this.close(this.#open(workflowId), { type: 'terminated', reason });
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
    this.tasks.schedule(run, { isSpeculative: true });
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
    if (run.status === 'RUNNING') this.close(run, { type: 'terminated', reason: 'reset' });
    const next: Run = {
      ...this.#emptyRun(run.workflowId, run.workflowType, runId),
      ...{ originalRunId: run.originalRunId, firstRunId: run.firstRunId, history: copied },
    };
    this.#store(next);
    this.#restore(next);
    this.record(next, { type: 'taskFailed', cause: 'ResetWorkflow', newRunId: runId });
    for (const { type, name, input } of later) this.record(next, { type, name, input });
    this.tasks.schedule(next, { isSpeculative: false });
    return next;
  }

  /** The next task of this run tells it that its history has become long. */
  suggestContinueAsNew(run: Run): void {
    run.suggestContinueAsNew = true;
  }

  // --- What its parts ask of it ------------------------------------------------------------------------------------------

  /** Something has come for a run: recorded, and told to it in its next task. */
  append(run: Run, bodies: EventBody[]): void {
    if (run.status !== 'RUNNING') return;
    if (run.task?.state === 'started') run.buffered.push(...bodies);
    else {
      for (const body of bodies) this.record(run, body);
      this.tasks.schedule(run, { isSpeculative: false });
    }
  }

  /** Fires after the time. */
  startTimer(run: Run, seq: number, ms: number): void {
    const timer = this.clock.after(ms + this.clock.timerDelay(ms), () => {
      if (!run.timers.delete(seq)) return;
      this.append(run, [{ type: 'timerFired', seq }]);
    });
    run.timers.set(seq, timer);
  }

  /** The run ends, and another goes on in its place with a fresh history. */
  continueAsNew(run: Run, command: NonNullable<Command['continueAsNewWorkflowExecution']>): void {
    const runId = this.#newRunId();
    const { workflowId, workflowType, firstRunId, searchAttributes, summary } = run;
    const updates = [...run.updates.values()].filter(({ state }) => state === 'admitted');
    for (const { id } of updates) run.updates.delete(id);
    this.close(run, { type: 'continuedAsNew', newRunId: runId });
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
    this.record(run, {
      type: 'started',
      workflowType,
      input,
      originalRunId: runId,
      firstRunId,
      searchAttributes,
      ...continued,
    });
    this.tasks.schedule(run, { isSpeculative: false });
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
        this.startTimer(run, event.seq, Math.max(0, event.at + event.ms - this.clock.now()));
    }
  }

  /** Ends a run, with all that was under way in it. */
  close(run: Run, body: EventBody): void {
    run.task?.timer?.cancel();
    delete run.task;
    this.record(run, body);
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

  record(run: Run, body: EventBody): HistoryEvent {
    return this.recordEvent(run, { ...body, id: run.history.length + 1, at: this.clock.now() });
  }

  recordEvent(run: Run, event: HistoryEvent): HistoryEvent {
    run.history.push(event);
    this.observer.recorded(run, event);
    return event;
  }
}

function statusAfter({ type }: EventBody): Run['status'] {
  if (!closingTypes.includes(type)) throw new Error(`${type} closes nothing`);
  if (type === 'completed') return 'COMPLETED';
  if (type === 'failed') return 'FAILED';
  return type === 'terminated' ? 'TERMINATED' : 'CONTINUED_AS_NEW';
}
