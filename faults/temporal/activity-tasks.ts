import type { Failure, Payload, ScheduleActivity } from '../sandbox/protocol.js';
import { msOf } from './numbers.js';
import type { EventBody } from './history.js';
import { retryStates, timeoutTypes } from './history.js';
import type { PendingActivity, Run } from './run.js';
import type { TemporalServer } from './server.js';

const timeoutNames = { 1: 'StartToClose', 2: 'ScheduleToStart', 3: 'ScheduleToClose' } as const;
type TimeoutType = keyof typeof timeoutNames;

/** The activities that runs have scheduled: given to workers, timed out and tried again as Temporal’s server does it. */
export class ActivityTasks {
  readonly #server: TemporalServer;

  constructor(server: TemporalServer) {
    this.#server = server;
  }

  schedule(run: Run, scheduledId: number, command: ScheduleActivity): void {
    const now = this.#server.clock.now();
    const activity: PendingActivity = {
      ...{ scheduledId, command, attempt: 1, scheduledAt: now, attemptScheduledAt: now, isStarted: false, timers: [] },
    };
    run.activities.set(scheduledId, activity);
    const toClose = msOf(command.scheduleToCloseTimeout);
    if (toClose !== undefined)
      activity.closeTimer = this.#server.clock.after(toClose, () =>
        this.#timeOut(run, activity, timeoutTypes.scheduleToClose),
      );
    this.#offer(run, activity);
  }

  /** A worker has come: what waits is offered again. */
  dispatchAll(): void {
    for (const run of this.#server.runs())
      for (const activity of run.activities.values())
        if (!activity.isStarted && activity.timers.length > 0) this.#dispatchSoon(run, activity);
  }

  /** The run has ended: nobody waits for them. */
  abandon(run: Run): void {
    for (const activity of run.activities.values()) this.#stop(activity);
    run.activities.clear();
  }

  heartbeat(run: Run, scheduledId: number, attempt: number, details: Payload[]): void {
    const activity = this.#current(run, scheduledId, attempt);
    if (activity !== undefined) activity.heartbeatDetails = details;
  }

  complete(run: Run, scheduledId: number, attempt: number, result: Payload | undefined): void {
    const activity = this.#current(run, scheduledId, attempt);
    if (activity === undefined) return; // timed out, or given to another meanwhile
    const { seq } = activity.command;
    this.#end(run, activity, { type: 'activityCompleted', scheduledId, seq, ...(result !== undefined && { result }) });
  }

  fail(run: Run, scheduledId: number, attempt: number, failure: Failure): void {
    const activity = this.#current(run, scheduledId, attempt);
    if (activity === undefined) return;
    const { applicationFailureInfo: info } = failure;
    const isFinal = info?.nonRetryable === true || this.#isNonRetryable(activity, info?.type ?? '');
    this.#tryAgainOrEnd(run, activity, failure, {
      isFinal,
      delayMs: msOf(info?.nextRetryDelay),
      type: 'activityFailed',
    });
  }

  /** The attempt that a worker reports on, if it is the one that the server waits for. */
  #current(run: Run, scheduledId: number, attempt: number): PendingActivity | undefined {
    const activity = run.activities.get(scheduledId);
    return activity?.attempt === attempt && activity.isStarted && run.status === 'RUNNING' ? activity : undefined;
  }

  #offer(run: Run, activity: PendingActivity): void {
    const { clock } = this.#server;
    activity.isStarted = false;
    activity.attemptScheduledAt = clock.now();
    const toStart = msOf(activity.command.scheduleToStartTimeout);
    if (toStart !== undefined)
      activity.timers.push(clock.after(toStart, () => this.#timeOut(run, activity, timeoutTypes.scheduleToStart)));
    else activity.timers.push({ cancel: () => undefined });
    this.#dispatchSoon(run, activity);
  }

  #dispatchSoon(run: Run, activity: PendingActivity): void {
    const { clock } = this.#server;
    const { attempt } = activity;
    clock.after(clock.latency(), () => {
      const isWaiting = run.activities.get(activity.scheduledId) === activity && !activity.isStarted;
      if (!isWaiting || activity.attempt !== attempt || activity.timers.length === 0) return;
      const poller = clock.pick(this.#server.pollers.filter((one) => one.polls(activity.command.taskQueue)));
      if (poller === undefined) return;
      this.#clearTimers(activity);
      activity.isStarted = true;
      const toClose = msOf(activity.command.startToCloseTimeout);
      if (toClose !== undefined)
        activity.timers.push(clock.after(toClose, () => this.#timeOut(run, activity, timeoutTypes.startToClose)));
      poller.takeActivityTask(run, activity, attempt);
    });
  }

  #timeOut(run: Run, activity: PendingActivity, timeoutType: TimeoutType): void {
    if (run.activities.get(activity.scheduledId) !== activity || run.status !== 'RUNNING') return;
    const { heartbeatDetails, lastFailure } = activity;
    const failure: Failure = {
      message: `activity ${timeoutNames[timeoutType]} timeout`,
      source: 'Server',
      timeoutFailureInfo: {
        timeoutType,
        ...(heartbeatDetails !== undefined && { lastHeartbeatDetails: { payloads: heartbeatDetails } }),
      },
      ...(timeoutType !== timeoutTypes.startToClose && lastFailure !== undefined && { cause: lastFailure }),
    };
    const isFinal =
      timeoutType !== timeoutTypes.startToClose ||
      this.#isNonRetryable(activity, `TemporalTimeout:${timeoutNames[timeoutType]}`);
    this.#tryAgainOrEnd(run, activity, failure, { isFinal, type: 'activityTimedOut' });
  }

  #isNonRetryable({ command }: PendingActivity, type: string): boolean {
    return command.retryPolicy?.nonRetryableErrorTypes?.includes(type) ?? false;
  }

  #tryAgainOrEnd(
    run: Run,
    activity: PendingActivity,
    failure: Failure,
    {
      isFinal,
      delayMs,
      type,
    }: { isFinal: boolean; delayMs?: number | undefined; type: 'activityFailed' | 'activityTimedOut' },
  ): void {
    const { clock } = this.#server;
    const { command, scheduledId, attempt } = activity;
    const { seq, activityId, activityType, retryPolicy } = command;
    const delay = delayMs ?? backoffOf(activity);
    const closesAt = activity.scheduledAt + (msOf(command.scheduleToCloseTimeout) ?? Number.POSITIVE_INFINITY);
    const most = retryPolicy?.maximumAttempts ?? 0;
    const why = isFinal
      ? retryStates.nonRetryable
      : most > 0 && attempt >= most
        ? retryStates.maximumAttempts
        : clock.now() + delay > closesAt
          ? retryStates.timeout
          : undefined;
    if (why !== undefined)
      return this.#end(run, activity, { type, scheduledId, seq, activityId, activityType, failure, retryState: why });
    this.#clearTimers(activity);
    activity.attempt += 1;
    activity.isStarted = false;
    activity.lastFailure = failure;
    const next = activity.attempt;
    clock.after(Math.max(1_000, delay), () => {
      if (run.activities.get(scheduledId) === activity && activity.attempt === next) this.#offer(run, activity);
    });
  }

  #end(run: Run, activity: PendingActivity, body: EventBody): void {
    const { scheduledId, attempt } = activity;
    this.#stop(activity);
    run.activities.delete(scheduledId);
    const started: EventBody[] = activity.isStarted ? [{ type: 'activityStarted', scheduledId, attempt }] : [];
    this.#server.append(run, [...started, body]);
  }

  #stop(activity: PendingActivity): void {
    this.#clearTimers(activity);
    activity.closeTimer?.cancel();
  }

  #clearTimers(activity: PendingActivity): void {
    for (const timer of activity.timers.splice(0)) timer.cancel();
  }
}

/** Before the next attempt, ms. */
function backoffOf({ command, attempt }: PendingActivity): number {
  const { retryPolicy } = command;
  const initial = msOf(retryPolicy?.initialInterval) ?? 1_000;
  const longest = msOf(retryPolicy?.maximumInterval) ?? initial * 100;
  return Math.min(longest, initial * (retryPolicy?.backoffCoefficient ?? 2) ** (attempt - 1));
}
