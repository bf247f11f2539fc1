import type { Exit } from '../../temporal/embedded/guardian.js';
import { SupervisedChild, type ChildProcess, type SupervisorEvent } from './supervised-child.js';

export type { ChildProcess, SupervisorEvent } from './supervised-child.js';

/**
 * A child that ended so often without having been ready once won't be: `untilReady` gives up on it (it is started again
 * all the same).
 */
const giveUpAfter = 4;

export interface SupervisorOptions {
  /** Folder of the children's logs, `<name>.log`, with their stdout and stderr. Made if missing. */
  readonly logFolder: string;
  readonly onEvent?: (event: SupervisorEvent) => void;
}

/**
 * Runs child processes and starts again whichever ends. None outlives our process, however that ends: each has a guard
 * (see `temporal/embedded/guardian.ts`). Their output goes to log files, never to our stdout.
 * @throws if two have one name, or one comes `after` an unknown name.
 */
export function supervise(children: readonly ChildProcess[], options: SupervisorOptions): Supervisor {
  const names = new Set(children.map(({ name }) => name));
  if (names.size < children.length) throw new Error('Two supervised processes have the same name.');
  for (const { name, after = [] } of children) {
    const unknown = after.find((other) => !names.has(other));
    if (unknown !== undefined) throw new Error(`${name} is to start after ${unknown}, which isn't supervised.`);
  }
  const supervisor = new Supervisor(children, options);
  supervisor.startThoseDue();
  return supervisor;
}

export class Supervisor {
  private readonly children: readonly SupervisedChild[];
  private readonly readyOnce = new Set<string>();
  private readonly waiting: { resolve: () => void; reject: (reason: Error) => void }[] = [];
  private failure: Error | undefined;
  private stopping: Promise<void> | undefined;

  constructor(children: readonly ChildProcess[], options: SupervisorOptions) {
    this.children = children.map(
      (child) =>
        new SupervisedChild(child, options.logFolder, (event) => {
          options.onEvent?.(event);
          this.onChildEvent(event);
        }),
    );
  }

  /**
   * Resolves when every child has been ready once.
   * @throws if a child keeps ending before that, quoting its last lines, or if `stop()` comes first.
   */
  async untilReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.settleWaiting();
    });
  }

  /** The pid of a child, if it runs just now. */
  pid(name: string): number | undefined {
    return this.children.find(({ child }) => child.name === name)?.pid;
  }

  /**
   * Ends all, the last of the list first, each with SIGTERM and, after its grace, SIGKILL. Resolves when all are gone.
   */
  async stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  /** Starts the children for which those they come after have been ready. */
  startThoseDue(): void {
    if (this.stopping !== undefined) return;
    for (const supervised of this.children) {
      const { name, after = [] } = supervised.child;
      if (!after.every((other) => this.readyOnce.has(other))) continue;
      supervised.start().catch((error: unknown) => {
        this.fail(new Error(`${name} can't be run: ${error instanceof Error ? error.message : String(error)}`));
      });
    }
  }

  private async stopAll(): Promise<void> {
    this.fail(new Error('It was stopped before everything was ready.'));
    for (const supervised of this.children.toReversed()) await supervised.stop();
  }

  private onChildEvent(event: SupervisorEvent): void {
    switch (event.type) {
      case 'ready':
        this.readyOnce.add(event.name);
        this.startThoseDue();
        this.settleWaiting();
        break;
      case 'exited':
        if (this.readyOnce.has(event.name) || event.restarts + 1 < giveUpAfter) break;
        this.fail(
          new Error(
            `${event.name} ended ${giveUpAfter} times before it was ready (${howItEnded(event.exit)}). ` +
              `Its last lines, in ${event.logFile}:\n${event.lastLines || '(it said nothing)'}`,
          ),
        );
        break;
      case 'started':
      case 'not-ready':
        break;
    }
  }

  private fail(reason: Error): void {
    this.failure ??= reason;
    this.settleWaiting();
  }

  private settleWaiting(): void {
    const allReady = this.readyOnce.size === this.children.length;
    if (!allReady && this.failure === undefined) return;
    for (const { resolve, reject } of this.waiting.splice(0)) {
      if (allReady || this.failure === undefined) resolve();
      else reject(this.failure);
    }
  }
}

/** As in "worker ended: …". */
export function howItEnded({ code, signal, guardLost }: Exit): string {
  if (guardLost) return 'its guard was killed, so it was stopped';
  return signal === null ? `exit code ${String(code)}` : `killed by ${signal}`;
}
