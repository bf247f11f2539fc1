import { Context, asyncLocalStorage } from '@temporalio/activity';
import type { Payload as TemporalPayload } from '@temporalio/common';
import {
  arrayFromPayloads,
  defaultFailureConverter,
  defaultPayloadConverter,
  ensureApplicationFailure,
  noopMetricMeter,
} from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { providerCalls, runCalls } from '../../activities/provider-calls.js';
import { callQueue, slotQueue, workflowQueue } from '../../contract/ids.js';
import { capabilities } from '../../domain/providers/index.js';
import type { Provider } from '../../providers/provider.js';
import { caseIds } from '../../temporal/encryption/case-id.js';
import { SendBound } from '../../temporal/send-bound.js';
import { earlierRunFinder } from '../../worker/earlier-runs.js';
import { slotRequester } from '../../worker/rate-limiter.js';
import { refusingUnreadable } from '../../worker/unreadable-input.js';
import { tasksOf } from '../sandbox/activations.js';
import type { Command, Failure, Payload } from '../sandbox/protocol.js';
import type { Outcome } from '../temporal/history.js';
import { carriedOut, NotDeterministic, replayed } from '../sandbox/replayer.js';
import type { WorkflowInMemory, WorkflowSandbox } from '../sandbox/sandbox.js';
import { WorkflowTaskFailure } from '../sandbox/sandbox.js';
import type { PendingActivity, Run } from '../temporal/run.js';
import type { DispatchedTask, Poller } from '../temporal/poller.js';
import type { TemporalServer } from '../temporal/server.js';
import type { Line } from '../temporal/grpc/service.js';
import { connectionTo } from '../temporal/grpc/service.js';
import type { Visibility } from '../temporal/grpc/visibility.js';
import type { Life, SimulatedProcess } from './process.js';
import { currentProcess, sleep } from './process.js';
import type { Random } from './random.js';
import type { Trace } from './trace.js';

const namespace = 'default';
/** A paused worker's open question may still be answered with a task, for as long as the server holds it. */
const POLL_MS = 60_000;

/** A history of more events is rarely read from its beginning: each time costs as much as all that is in it. */
const LONG_HISTORY = 60;

export interface WorkerOptions {
  process: SimulatedProcess;
  server: TemporalServer;
  visibility: Visibility;
  line: Omit<Line, 'isOpen' | 'running'>;
  sandbox: WorkflowSandbox;
  trace: Trace;
  random: Random;
  confirmFinal: boolean;
  /** What its settings make, as they are when it starts. */
  providers: () => readonly Provider[];
  /** One task of so many finds that the run is no more in the worker's memory; 0: it always is. */
  forgetsOneIn: number;
  /** Hears what the workflows log. */
  log: (run: Run, line: { level: string; message: string; attributes: Record<string, unknown> }) => void;
}

type ActivityFunction = (...args: unknown[]) => Promise<unknown>;

/** A worker: the real workflows, activities and adapters, in the hands of a process that may die at any moment. */
export class WorkerProcess implements Poller {
  readonly #options: WorkerOptions;
  readonly #memory = new Map<string, { workflow: WorkflowInMemory; startedId: number }>();
  #activities = new Map<string, Record<string, ActivityFunction>>();
  /** What the workflows’ worker answers beside them. */
  #ownCalls: Record<string, ActivityFunction> = {};
  readonly #underWay = new Map<string, Promise<void>>();
  #takenWhilePaused = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
    options.server.addPoller(this);
    this.start();
  }

  get name(): string {
    return this.#options.process.name;
  }

  /** Begins with its settings as they are now, and nothing in memory. */
  start(): void {
    const { process, server, visibility, line, confirmFinal, providers } = this.#options;
    this.#forgetAll();
    process.start();
    const life = process.life();
    const connection = connectionTo(server, visibility, {
      ...line,
      isOpen: () => !life.isOver(),
      running: life.running,
    });
    const native = connection as unknown as NativeConnection; // of which it uses what every connection has
    const now = () => process.now();
    const hour = 3_600_000;
    const bound = SendBound.from(server.retentionMs - hour, connection, namespace, { now, onFailure: () => undefined });
    const acquireSlot = slotRequester(native, namespace, { isOn: false });
    const hasEarlierRun = earlierRunFinder(native, namespace);
    this.#ownCalls = runCalls(caseIds({}), hasEarlierRun) as unknown as Record<string, ActivityFunction>;
    this.#activities = new Map();
    for (const provider of providers()) {
      const options = { now, confirmFinal, longestMs: () => bound.current(), acquireSlot, hasEarlierRun };
      const activities = providerCalls(provider, options) as unknown as Record<string, ActivityFunction>;
      this.#activities.set(callQueue(provider.name), activities);
      if (capabilities[provider.name].hasRateLimit) this.#activities.set(slotQueue(provider.name), activities);
    }
    server.dispatchAll();
  }

  kill(): void {
    this.#options.process.kill();
    this.#underWay.clear();
    this.#forgetAll();
  }

  resume(): void {
    this.#takenWhilePaused = 0;
    this.#options.process.resume();
    this.#options.server.dispatchAll();
  }

  /** All workflows leave its memory. */
  evictAll(): void {
    this.#forgetAll();
  }

  polls(queue: string): boolean {
    const { process } = this.#options;
    if (!process.isUp || (queue !== workflowQueue && !this.#activities.has(queue))) return false;
    return !process.isPaused || (process.pausedForMs < POLL_MS && this.#takenWhilePaused < 2);
  }

  takeWorkflowTask(task: DispatchedTask): void {
    const { process, trace } = this.#options;
    if (process.isPaused) this.#takenWhilePaused += 1;
    trace.moment('task given out', task.run.workflowId, this.name);
    const life = process.life();
    const { runId } = task.run;
    // Tasks of one run are done one after the other, also one that was meant for a worker that was paused.
    const before = this.#underWay.get(runId) ?? Promise.resolve();
    const done = currentProcess.run(life, () => before.then(() => this.#doWorkflowTask(task, life)));
    this.#underWay.set(runId, done);
  }

  takeActivityTask(run: Run, activity: PendingActivity, attempt: number): void {
    const { process, trace } = this.#options;
    if (process.isPaused) this.#takenWhilePaused += 1;
    trace.moment('activity given out', run.workflowId, `${activity.command.activityType} ${attempt}, ${this.name}`);
    const life = process.life();
    void currentProcess.run(life, () => this.#doActivity(run, activity, attempt, life));
  }

  // --- Workflows -------------------------------------------------------------------------------------------------------

  async #doWorkflowTask({ run, token, history, updates }: DispatchedTask, life: Life): Promise<void> {
    const { server, sandbox, random, trace, log, forgetsOneIn } = this.#options;
    await sleep(server.clock.latency());
    await life.running();
    const { workflowId, runId } = run;
    const messages = updates.map(({ id, name, input }) => ({ id, name, input }));
    const before = history.findLast((event) => event.type === 'taskCompleted');
    const known = this.#memory.get(runId);
    const isForgotten =
      forgetsOneIn > 0 && random.oneIn(history.length < LONG_HISTORY ? forgetsOneIn : 10 * forgetsOneIn);
    const isKnown = known !== undefined && known.startedId === before?.startedId && !isForgotten;
    try {
      if (!isKnown) this.#forget(runId);
      const workflow = isKnown ? known.workflow : await replayed(sandbox, history, { workflowId, runId });
      const task = tasksOf(history, { workflowId, runId }, messages).at(-1);
      if (task === undefined) throw new Error('a task without its beginning');
      const commands = await carriedOut(workflow, task, {
        isReplaying: false,
        localActivity: (_, command) => this.#doLocally(run, command),
      });
      for (const line of workflow.takeLog()) log(run, line);
      this.#memory.set(runId, { workflow, startedId: task.startedId });
      await this.#reach(life);
      const isTaken = server.tasks.complete(run, token, this.name, commands);
      // Of a task with refused updates alone nothing is recorded: what was done last is as it was.
      const last = run.history.findLast((event) => event.type === 'taskCompleted');
      if (isTaken && run.status === 'RUNNING') this.#memory.set(runId, { workflow, startedId: last?.startedId ?? 0 });
      else this.#forget(runId);
      trace.moment('task answered', workflowId, this.name);
    } catch (error) {
      this.#forget(runId);
      if (!(error instanceof NotDeterministic || error instanceof WorkflowTaskFailure)) throw error;
      server.tasks.fail(run, token, `${error.name}: ${error.message}`);
    }
  }

  /** A local activity: three tries, as `calls.ts` says, and the pauses of Temporal's own retry policy. */
  async #doLocally(run: Run, command: NonNullable<Command['scheduleLocalActivity']>, attempt = 1): Promise<Outcome> {
    const { activityId, activityType } = command;
    try {
      const result = await this.#inContext(run, { activityId, activityType, attempt }, () =>
        Promise.resolve(this.#ownCalls[activityType]?.(...argumentsOf(command.arguments))),
      );
      return { success: resultOf(result) };
    } catch (error) {
      if (attempt === 3) return { failure: failureOf(error) };
      await sleep(1_000 * 2 ** (attempt - 1));
      return this.#doLocally(run, command, attempt + 1);
    }
  }

  // --- Activities ------------------------------------------------------------------------------------------------------

  async #doActivity(
    run: Run,
    { command, scheduledId, scheduledAt, attemptScheduledAt, heartbeatDetails }: PendingActivity,
    attempt: number,
    life: Life,
  ): Promise<void> {
    const { server, trace, random } = this.#options;
    await sleep(server.clock.latency());
    await life.running();
    const { activityType, taskQueue } = command;
    const execute = this.#activities.get(taskQueue)?.[activityType];
    const info = {
      ...{ activityId: command.activityId, activityType, attempt, taskQueue, scheduledTimestampMs: scheduledAt },
      currentAttemptScheduledTimestampMs: attemptScheduledAt,
      ...(heartbeatDetails !== undefined && { heartbeatDetails: argumentsOf(heartbeatDetails)[0] }),
      // For the checks, which ask what the call that writes was given.
      input: argumentsOf(command.arguments)[0],
      heartbeat: (details: unknown) => void this.#heartbeat(run, scheduledId, attempt, details, life),
    };
    let report: () => void;
    try {
      if (execute === undefined) throw new Error(`no activity ${activityType} on ${taskQueue}`);
      const result = await this.#inContext(run, info, () => {
        const input = { args: argumentsOf(command.arguments), headers: {} };
        const next = ({ args }: typeof input) => execute(...args);
        return Promise.resolve(refusingUnreadable.execute?.(input, next));
      });
      report = () => server.activities.complete(run, scheduledId, attempt, resultOf(result));
    } catch (error) {
      report = () => server.activities.fail(run, scheduledId, attempt, failureOf(error));
    }
    // Between the work and its report is where a kill does most harm.
    if (random.oneIn(4)) await sleep(random.duration(1, 300));
    await this.#reach(life);
    trace.moment('activity reported', run.workflowId, `${activityType} ${attempt}, ${this.name}`);
    report();
  }

  async #heartbeat(run: Run, scheduledId: number, attempt: number, details: unknown, life: Life): Promise<void> {
    await this.#reach(life);
    this.#options.server.activities.heartbeat(run, scheduledId, attempt, [defaultPayloadConverter.toPayload(details)]);
  }

  /** On its way to the server, which may be down for a while. */
  async #reach(life: Life): Promise<void> {
    const { clock } = this.#options.server;
    await life.running();
    await sleep(clock.latency());
    await life.running();
    await clock.up();
    await life.running();
  }

  #inContext<T>(
    run: Run,
    info: {
      activityId: string;
      activityType: string;
      attempt: number;
      heartbeat?: (details: unknown) => void;
    } & Record<string, unknown>,
    work: () => Promise<T>,
  ): Promise<T> {
    const { heartbeat = () => undefined, ...rest } = info;
    const { workflowId, runId, workflowType } = run;
    const all = {
      ...{
        taskToken: new Uint8Array(),
        base64TaskToken: '',
        isLocal: false,
        workflowType,
        namespace,
        taskQueue: workflowQueue,
      },
      ...{
        workflowNamespace: namespace,
        activityNamespace: namespace,
        inWorkflow: true,
        workflowExecution: { workflowId, runId },
      },
      ...{
        startToCloseTimeoutMs: 0,
        scheduleToCloseTimeoutMs: 0,
        scheduledTimestampMs: 0,
        currentAttemptScheduledTimestampMs: 0,
      },
      ...rest,
    };
    const cancelled = new Promise<never>(() => undefined);
    const silent = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
    const context = new Context(
      all as never,
      cancelled,
      new AbortController().signal,
      heartbeat,
      undefined,
      silent,
      noopMetricMeter,
      {},
    );
    return asyncLocalStorage.run(context, work);
  }

  #forget(runId: string): void {
    this.#memory.get(runId)?.workflow.dispose();
    this.#memory.delete(runId);
  }

  #forgetAll(): void {
    for (const runId of [...this.#memory.keys()]) this.#forget(runId);
  }
}

function ignore(): void {
  // activities of Outflow log nothing
}

function argumentsOf(payloads: readonly Payload[]): unknown[] {
  return arrayFromPayloads(defaultPayloadConverter, payloads as TemporalPayload[]);
}

function resultOf(value: unknown): Payload | undefined {
  return value === undefined ? undefined : defaultPayloadConverter.toPayload(value);
}

function failureOf(error: unknown): Failure {
  return defaultFailureConverter.errorToFailure(ensureApplicationFailure(error), defaultPayloadConverter) as Failure;
}
