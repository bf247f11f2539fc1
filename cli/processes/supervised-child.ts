import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnGuarded, type Exit, type GuardedProcess } from '../../temporal/embedded/guardian.js';
import { logTail, prepareLog } from './child-log.js';

/** A process to keep running. */
export interface ChildProcess {
  /** Names it in events, and its log file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to our own environment; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Resolves when it can be used; asked after every start. If it rejects, the child is ended and started again. The
   * signal aborts when the child has ended. Left out: ready once started.
   */
  readonly ready?: (signal: AbortSignal) => Promise<void>;
  /** Names of children that must have been ready once before this one is first started. Left out: it starts at once. */
  readonly after?: readonly string[];
  /** Whole seconds between SIGTERM and SIGKILL; default 15. */
  readonly graceSeconds?: number;
}

interface ChildEvent {
  readonly name: string;
  /** The process's own, so that `kill` reaches it. */
  readonly pid: number;
  /** How often it had been started before. */
  readonly restarts: number;
}

/** What happened to a child. */
export type SupervisorEvent =
  | (ChildEvent & { readonly type: 'started' })
  | (ChildEvent & { readonly type: 'ready'; readonly afterMs: number })
  | (ChildEvent & { readonly type: 'not-ready'; readonly error: Error })
  | (ChildEvent & {
      readonly type: 'exited';
      readonly exit: Exit;
      /** Milliseconds until it is started again; undefined if it was to stop. */
      readonly restartInMs: number | undefined;
      /** What it wrote last, which may say why. */
      readonly lastLines: string;
      readonly logFile: string;
    });

const firstDelayMs = 200;
const longestDelayMs = 5000;
/** After so long a run, an end is a new event: the next start comes fast again. */
const steadyAfterMs = 10_000;

/** Keeps one child running until it is to stop: starts it again whenever it ends, at growing intervals, for ever. */
export class SupervisedChild {
  private readonly stopping = new AbortController();
  private process: GuardedProcess | undefined;
  private runs: Promise<void> | undefined;

  constructor(
    readonly child: ChildProcess,
    private readonly logFolder: string,
    private readonly onEvent: (event: SupervisorEvent) => void,
  ) {}

  /** Its pid, while it runs. */
  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Starts it, once. Rejects only if it can't be run at all: no `sh`, no place for its log. */
  async start(): Promise<void> {
    this.runs ??= this.keepRunning();
    return this.runs;
  }

  /** Ends it: SIGTERM, and SIGKILL after its grace. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.process?.stop();
    await this.runs?.catch(() => undefined); // reported by start()
  }

  private async keepRunning(): Promise<void> {
    let delayMs = firstDelayMs;
    for (let restarts = 0; !this.stopping.signal.aborted; restarts++) {
      const startedAt = Date.now();
      await this.runOnce(restarts, () => {
        if (Date.now() - startedAt >= steadyAfterMs) delayMs = firstDelayMs;
        return this.stopping.signal.aborted ? undefined : delayMs;
      });
      await sleep(delayMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    }
  }

  private async runOnce(restarts: number, restartInMs: () => number | undefined): Promise<void> {
    const { name, command, args, env, graceSeconds = 15 } = this.child;
    const log = await prepareLog(this.logFolder, name);
    const file = await open(log.path, 'a', 0o600);
    await file.chmod(0o600); // an earlier release let everybody read it
    const process = await spawnGuarded(command, args, { output: file.fd, graceSeconds, ...(env && { env }) });
    await file.close();
    this.process = process;
    if (this.stopping.signal.aborted) void process.stop(); // stop() came while it was being started

    const event = { name, pid: process.pid, restarts };
    this.onEvent({ type: 'started', ...event });
    const gone = new AbortController();
    void this.watchReadiness(process, event, gone.signal);
    const exit = await process.exited;
    gone.abort();
    this.process = undefined;
    const lastLines = await logTail(log.path, log.begin);
    this.onEvent({ type: 'exited', ...event, exit, restartInMs: restartInMs(), lastLines, logFile: log.path });
  }

  private async watchReadiness(process: GuardedProcess, event: ChildEvent, gone: AbortSignal): Promise<void> {
    const startedAt = Date.now();
    try {
      await this.child.ready?.(gone);
      if (!gone.aborted) this.onEvent({ type: 'ready', ...event, afterMs: Date.now() - startedAt });
    } catch (reason) {
      if (gone.aborted) return;
      const error = reason instanceof Error ? reason : new Error(String(reason));
      this.onEvent({ type: 'not-ready', ...event, error });
      await process.stop();
    }
  }
}
