import { AsyncLocalStorage } from 'node:async_hooks';
import type { ConnectionLike } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { Payload, SearchAttributes } from '../../sandbox/protocol.js';
import { isGiven } from '../../sandbox/protocol.js';
import { codes, grpcError } from './error.js';
import { eventOf, executionInfo, outcomeOf } from './proto.js';
import type { Run, Update } from '../run.js';
import { closingTypes } from '../history.js';
import type { StartRequest, TemporalServer } from '../server.js';
import type { Visibility } from './visibility.js';

const reusePolicies = ['allow', 'allow', 'allow failed only', 'reject'] as const;
/** Stages of an update, as gRPC has them. */
const stages = { admitted: 1, accepted: 2, completed: 3 } as const;
/** As long as the server holds a question that waits for something. */
const LONG_POLL_MS = 20_000;

interface Execution {
  workflowId: string;
  runId?: string | null;
}

interface StartMessage {
  workflowId: string;
  workflowType: { name: string };
  input?: { payloads?: Payload[] | null } | null;
  workflowIdReusePolicy?: number;
  workflowIdConflictPolicy?: number;
  searchAttributes?: SearchAttributes | null;
  userMetadata?: { summary?: Payload | null } | null;
}

interface UpdateMessage {
  workflowExecution: Execution;
  waitPolicy?: { lifecycleStage?: number | null } | null;
  request: { meta: { updateId: string }; input: { name: string; args?: { payloads?: Payload[] | null } | null } };
}

interface HistoryMessage {
  execution: Execution;
  maximumPageSize?: number;
  waitNewEvent?: boolean;
  historyEventFilterType?: number;
}

/** The way of one process to the server. */
export interface Line {
  /** False while the process is dead or cut off: then nothing it asks arrives, and no answer does. */
  isOpen: () => boolean;
  /** Resolves once the process runs: at once, unless it is paused. */
  running: () => Promise<void>;
  /** The answer to this call is lost, though the server has done what was asked. */
  losesAnswer: (method: string) => boolean;
}

/** Until when the caller waits. One for all: each that there is slows down every promise. */
const deadlines = new AsyncLocalStorage<number>();

/** The server's gRPC interface, as far as Outflow's client, bridge and worker use it, over a connection as the SDK's client takes one. */
export function connectionTo(server: TemporalServer, visibility: Visibility, line: Line): ConnectionLike {
  const methods = serviceOf(server, visibility);
  const ask = async (method: string, request: unknown): Promise<unknown> => {
    const deadline = deadlines.getStore() ?? Date.now() + 60_000;
    const done = (async () => {
      await passing(server);
      await server.clock.up();
      if (Date.now() >= deadline) return never;
      if (!line.isOpen()) return never;
      const handler = methods[method];
      if (handler === undefined) throw new Error(`a call that the stand-in doesn't know: ${method}`);
      const isLost = line.losesAnswer(method);
      const answer = await handler(request as never, deadline);
      if (isLost) throw grpcError(codes.unavailable, 'connection reset');
      await passing(server);
      return answer;
    })();
    try {
      return await within(deadline, done);
    } finally {
      await line.running();
      if (!line.isOpen()) await never;
    }
  };
  const workflowService = new Proxy({}, { get: (_, method) => (request: unknown) => ask(String(method), request) });
  return {
    workflowService,
    operatorService: {},
    plugins: [],
    close: () => Promise.resolve(),
    ensureConnected: () => Promise.resolve(),
    withDeadline: (deadline: number | Date, ask: () => Promise<unknown>) => deadlines.run(Number(deadline), ask),
    withMetadata: (_: unknown, ask: () => Promise<unknown>) => ask(),
    withAbortSignal: (_: unknown, ask: () => Promise<unknown>) => ask(),
  } as unknown as ConnectionLike;
}

/** What a process waits for that is no more. */
const never = new Promise<never>(() => undefined);

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function passing({ clock }: TemporalServer): Promise<void> {
  return sleep(clock.latency());
}

async function within<T>(deadline: number, done: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(grpcError(codes.deadlineExceeded, 'Deadline exceeded')),
      Math.max(0, deadline - Date.now()),
    );
  });
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
    done.catch(() => undefined);
  }
}

type Handler = (request: never, deadline: number) => unknown;

function serviceOf(server: TemporalServer, visibility: Visibility): Record<string, Handler> {
  const found = ({ workflowId, runId }: Execution): Run => {
    const run = server.find(workflowId, runId);
    if (run === undefined) throw grpcError(codes.notFound, `workflow not found for ID: ${workflowId}`);
    return run;
  };

  const start = (message: StartMessage) => server.start(startOf(message));

  /** Waits until the update has come so far, or the question has been held for long. */
  const reached = async ({ run, update }: { run: Run; update: Update }, stage: number, deadline: number) => {
    const until = Math.min(deadline, Date.now() + LONG_POLL_MS);
    while (stageOf(update) < stage && Date.now() < until && update.state !== 'dropped' && update.state !== 'rejected') {
      if (run.status !== 'RUNNING' && update.state === 'accepted' && server.find(run.workflowId) === run) break;
      await changed(update, until);
    }
    if (update.state === 'dropped') throw grpcError(codes.notFound, 'workflow execution already completed');
    return update;
  };

  const updateAnswer = (run: Run, update: Update) => {
    const isOver = update.state === 'accepted' && run.status !== 'RUNNING';
    const cut = {
      failure: {
        message: 'Workflow Update failed because the Workflow completed before the Update completed.',
        applicationFailureInfo: { type: 'AcceptedUpdateCompletedWorkflow', nonRetryable: true },
      },
    };
    const outcome = isOver ? cut : outcomeOf(update.outcome);
    const updateRef = { workflowExecution: { workflowId: run.workflowId, runId: run.runId }, updateId: update.id };
    return {
      updateRef,
      stage: outcome === undefined ? stageOf(update) : stages.completed,
      ...(outcome !== undefined && { outcome }),
    };
  };

  const update = async (message: UpdateMessage, deadline: number) => {
    const { workflowExecution, request, waitPolicy } = message;
    const { name, args } = request.input;
    const given = { id: request.meta.updateId, name, input: args?.payloads ?? [] };
    const admitted = server.update(workflowExecution.workflowId, workflowExecution.runId ?? undefined, given);
    const reachedUpdate = await reached(admitted, waitPolicy?.lifecycleStage ?? stages.accepted, deadline);
    return updateAnswer(admitted.run, reachedUpdate);
  };

  return {
    startWorkflowExecution: (message: StartMessage) => ({ runId: start(message).run.runId, started: true }),
    signalWorkflowExecution: ({
      workflowExecution,
      signalName,
      input,
    }: {
      workflowExecution: Execution;
      signalName: string;
      input: { payloads: Payload[] };
    }) => {
      server.signal(workflowExecution.workflowId, workflowExecution.runId ?? undefined, signalName, input.payloads);
      return {};
    },
    requestCancelWorkflowExecution: ({ workflowExecution }: { workflowExecution: Execution }) => {
      server.requestCancel(workflowExecution.workflowId);
      return {};
    },
    terminateWorkflowExecution: ({ workflowExecution, reason }: { workflowExecution: Execution; reason?: string }) => {
      server.terminate(workflowExecution.workflowId, reason ?? '');
      return {};
    },
    describeWorkflowExecution: ({ execution }: { execution: Execution }) => ({
      workflowExecutionInfo: executionInfo(found(execution)),
      executionConfig: {},
      pendingActivities: [],
      pendingChildren: [],
      callbacks: [],
    }),
    listWorkflowExecutions: ({ query }: { query: string }) => ({
      executions: visibility.list(query).map(({ run, status, attributes }) => {
        const known = Object.entries(run.searchAttributes).filter(([name]) => isGiven(attributes[name]));
        return { ...executionInfo(run, status), searchAttributes: { indexedFields: Object.fromEntries(known) } };
      }),
      nextPageToken: new Uint8Array(),
    }),
    getWorkflowExecutionHistory: async (
      { execution, maximumPageSize, waitNewEvent, historyEventFilterType }: HistoryMessage,
      deadline: number,
    ) => {
      const run = found(execution);
      if (historyEventFilterType === 2) {
        while (waitNewEvent === true && run.status === 'RUNNING' && Date.now() < deadline) await sleep(1_000);
        const closing = run.history.filter(({ type }) => closingTypes.includes(type));
        return { history: { events: closing.map(eventOf) }, nextPageToken: new Uint8Array() };
      }
      return {
        history: { events: run.history.slice(0, maximumPageSize ?? run.history.length).map(eventOf) },
        nextPageToken: new Uint8Array(),
      };
    },
    getWorkflowExecutionHistoryReverse: ({ execution }: HistoryMessage) => ({
      history: { events: found(execution).history.toReversed().map(eventOf) },
      nextPageToken: new Uint8Array(),
    }),
    updateWorkflowExecution: update,
    pollWorkflowExecutionUpdate: async (
      { updateRef }: { updateRef: { workflowExecution: Execution; updateId: string } },
      deadline: number,
    ) => {
      const run = found(updateRef.workflowExecution);
      const known = run.updates.get(updateRef.updateId);
      if (known === undefined) throw grpcError(codes.notFound, 'update not found');
      return updateAnswer(run, await reached({ run, update: known }, stages.completed, deadline));
    },
    executeMultiOperation: async (
      { operations }: { operations: [{ startWorkflow: StartMessage }, { updateWorkflow: UpdateMessage }] },
      deadline: number,
    ) => {
      const { run, isNew } = start(operations[0].startWorkflow);
      const updateWorkflow = await update(operations[1].updateWorkflow, deadline);
      return { responses: [{ startWorkflow: { runId: run.runId, started: isNew } }, { updateWorkflow }] };
    },
    describeNamespace: () => ({ config: { workflowExecutionRetentionTtl: msToTs(server.retentionMs) } }),
    queryWorkflow: () => {
      throw grpcError(codes.unavailable, 'nobody answers queries here');
    },
  };
}

function startOf({
  workflowId,
  workflowType,
  input,
  workflowIdReusePolicy,
  workflowIdConflictPolicy,
  searchAttributes,
  userMetadata,
}: StartMessage): StartRequest {
  return {
    ...{
      workflowId,
      workflowType: workflowType.name,
      input: input?.payloads ?? [],
      searchAttributes: searchAttributes ?? null,
    },
    summary: userMetadata?.summary ?? null,
    reuse: reusePolicies[workflowIdReusePolicy ?? 0] ?? 'allow',
    conflict: workflowIdConflictPolicy === 2 ? 'use existing' : 'fail',
  };
}

function stageOf({ state }: Update): number {
  if (state === 'admitted' || state === 'dropped') return stages.admitted;
  return state === 'accepted' ? stages.accepted : stages.completed;
}

/** The update has changed, or its run may have; or the time has come. */
function changed(update: Update, until: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      update.listeners.delete(done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, until - Date.now()));
    update.listeners.add(done);
  });
}
