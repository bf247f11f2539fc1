import { AsyncLocalStorage } from 'node:async_hooks';
import assert from 'node:assert';
import vm from 'node:vm';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Command, Job } from './protocol.js';

/** What a run of a workflow is told of itself before its first task. */
export interface RunInfo {
  workflowId: string;
  runId: string;
  workflowType: string;
  originalExecutionRunId: string;
  firstExecutionRunId: string;
  continuedFromExecutionRunId?: string;
  taskQueue: string;
  /** ms since 1970. */
  startTime: number;
}

/** One activation: jobs for a run, and when they are handled. */
export interface Activation {
  /** ms since 1970. */
  timestamp: number;
  isReplaying: boolean;
  historyLength: number;
  continueAsNewSuggested: boolean;
  jobs: Job[];
}

export interface LogLine {
  level: string;
  message: string;
  attributes: Record<string, unknown>;
}

/** Calls into the workflow library of the bundle; its type is the SDK's own, which it does not export. */
interface WorkerInterface {
  initRuntime(options: object): void;
  initialize(job: object): void;
  activate(activation: object): void;
  tryUnblockConditions(): number;
  concludeActivation(): { successful: { commands: Command[] } };
  dispose(): void;
}

interface Activator {
  now: number;
  mutateWorkflowInfo(change: (info: object) => object): void;
  addKnownFlags(flags: number[]): void;
  getAndResetSinkCalls(): { ifaceName: string; fnName: string; args: unknown[] }[];
  errorToFailure(error: unknown): { message?: string | null };
}

/** All flags of the SDK's version that is bundled: each task is handled as this version does it. */
const SDK_FLAGS = [1, 2, 3, 4, 5, 6];

/** Before time is made virtual: the SDK knows a date by its constructor's name. */
const RealDate = Date;

const callScript = new vm.Script('__outflow_call()');

/**
 * Runs the workflows with the SDK's own workflow library, as a worker does: in a context of their own, whose promises are all settled before an
 * activation returns. What Temporal's worker does around it (`@temporalio/worker`'s vm-shared.js) is done here without its native part.
 */
export class WorkflowSandbox {
  readonly #context: vm.Context;

  /** `code`: the bundle that `bundle.ts` makes. */
  constructor(code: string) {
    this.#context = vm.createContext({}, { microtaskMode: 'afterEvaluate' });
    injectGlobals(this.#context);
    new vm.Script(code, { filename: 'workflow-bundle.js' }).runInContext(this.#context);
    vm.runInContext(
      `globalThis.__outflow_call = () => {
        const [fn, args] = globalThis.__outflow_args;
        globalThis.__outflow_args = undefined;
        return __TEMPORAL__.api[fn](...args);
      };
      __TEMPORAL__.importWorkflows();`,
      this.#context,
    );
  }

  /** A run in memory, before its first activation. */
  create(info: RunInfo, randomnessSeed: number[], now: number): WorkflowInMemory {
    return new WorkflowInMemory(this.#context, info, randomnessSeed, now);
  }
}

/** A task of a workflow that failed: it would be tried again for ever. */
export class WorkflowTaskFailure extends Error {
  override readonly name = 'WorkflowTaskFailure';
}

/** One run of a workflow, as a worker holds it in memory. */
export class WorkflowInMemory {
  readonly #context: vm.Context;
  readonly #activator: Activator;

  constructor(context: vm.Context, info: RunInfo, randomnessSeed: number[], now: number) {
    this.#context = context;
    this.#call('initRuntime', [
      {
        info: workflowInfo(info, now),
        randomnessSeed,
        now,
        showStackTraceSources: false,
        sourceMap: undefined,
        getTimeOfDay: () => BigInt(0),
        registeredActivityNames: new Set(['ownRun', 'caseId']),
        stackTracesEnabled: false,
        failureExceptionTypeNames: [],
      },
    ]);
    this.#activator = this.#context['__TEMPORAL_ACTIVATOR__'] as Activator;
  }

  /** Handles the jobs, and answers the commands that come of them. @throws WorkflowTaskFailure */
  activate({ timestamp, isReplaying, historyLength, continueAsNewSuggested, jobs }: Activation): Command[] {
    const activator = this.#activator;
    activator.now = timestamp;
    activator.mutateWorkflowInfo((info) => ({
      ...info,
      historyLength,
      continueAsNewSuggested,
      unsafe: { ...(info as { unsafe: object }).unsafe, isReplaying, isReplayingHistoryEvents: isReplaying },
    }));
    activator.addKnownFlags(SDK_FLAGS);
    try {
      const first = jobs.find((job) => job.variant === 'initializeWorkflow');
      if (first !== undefined) this.#call('initialize', [first.initializeWorkflow]);
      const seeds = jobs.filter((job) => job.variant === 'updateRandomSeed');
      for (const { updateRandomSeed } of seeds) this.#update(updateRandomSeed);
      this.#call('activate', [{ jobs: jobs.filter((job) => job.variant !== 'updateRandomSeed') }]);
      while (this.#call('tryUnblockConditions', []) !== 0);
      const { successful } = this.#call('concludeActivation', []) as ReturnType<WorkerInterface['concludeActivation']>;
      return successful.commands;
    } catch (error) {
      throw new WorkflowTaskFailure(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }

  /** What the workflow has logged since this was last asked. */
  takeLog(): LogLine[] {
    return this.#activator
      .getAndResetSinkCalls()
      .filter(({ ifaceName }) => ifaceName === '__temporal_logger')
      .map(({ fnName, args }) => ({
        level: fnName,
        message: String(args[0]),
        attributes: (args[1] ?? {}) as Record<string, unknown>,
      }));
  }

  dispose(): void {
    this.#call('dispose', []);
  }

  #update(job: { randomnessSeed: { toBytes(): number[] } }): void {
    (this.#activator as unknown as { updateRandomSeed(job: object): void }).updateRandomSeed(job);
  }

  /** By the time this returns, all that it set off in the context is done. */
  #call(fn: keyof WorkerInterface, args: unknown[]): unknown {
    if (fn !== 'initRuntime') this.#context['__TEMPORAL_ACTIVATOR__'] = this.#activator;
    this.#context['__outflow_args'] = [fn, args];
    return callScript.runInContext(this.#context);
  }
}

function workflowInfo(info: RunInfo, now: number): object {
  return {
    ...info,
    searchAttributes: {},
    typedSearchAttributes: new TypedSearchAttributes(),
    parent: undefined,
    root: undefined,
    namespace: 'default',
    startTime: new RealDate(info.startTime),
    runStartTime: new RealDate(now),
    taskTimeoutMs: 10_000,
    attempt: 1,
    historyLength: 1,
    historySize: 0,
    continueAsNewSuggested: false,
    targetWorkerDeploymentVersionChanged: false,
    suggestedContinueAsNewReasons: [],
    currentBuildId: '',
    unsafe: { isReplaying: false, isReplayingHistoryEvents: false },
  };
}

/** The globals that the SDK gives to workflows. */
function injectGlobals(context: vm.Context): void {
  const define = (name: string, value: unknown) => Object.defineProperty(context, name, { value, enumerable: true });
  for (const [name, value] of Object.entries({
    URL,
    URLSearchParams,
    assert,
    TextEncoder,
    TextDecoder,
    AbortController,
  }))
    define(name, value);
  define('AsyncLocalStorage', AsyncLocalStorage);
  define('console', { log: ignore, warn: ignore, error: ignore, info: ignore, debug: ignore });
  vm.runInContext(
    `for (const name of ['dispose', 'asyncDispose'])
       if (typeof Symbol[name] !== 'symbol') Object.defineProperty(Symbol, name, { value: Symbol.for('nodejs.' + name) });`,
    context,
  );
}

function ignore(): void {
  // the workflows log by their own logger
}
