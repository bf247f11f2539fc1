import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError, type ConnectionLike } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';

const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
const dayMs = 24 * 3600_000;

/** gRPC status codes, by number because that is all an error carries. */
const invalidArgument = 3;
const notAllowedHere = [7 /* permission denied */, 12 /* unimplemented */, 16 /* unauthenticated */];

/** How long new search attributes may take to be usable before we give up, and how long all calls together may take. */
const usableWithinMs = 60_000;
const deadlineMs = 90_000;
/**
 * Each of a server's services reads the namespaces anew this often, so one may know a new attribute later than another.
 */
const namespaceRefreshMs = 2000;

export interface NamespaceNeeds {
  /** Names of the search attributes, all of type Keyword, that must be registered. */
  readonly searchAttributes: readonly string[];
  /**
   * Days for which closed workflows are to be kept at least. Only for a server of our own: left out, retention stays as
   * it is.
   */
  readonly raiseRetentionToDays?: number;
}

/**
 * Makes a namespace fit for Outflow: registers missing search attributes, waits until they can be used, raises
 * retention if asked to. Does nothing where nothing is missing; two processes may do it at once.
 * @throws if an attribute exists with another type, or is missing and may not be registered by us; the error says how
 * to register it.
 */
export async function prepareNamespace(
  connection: ConnectionLike,
  namespace: string,
  { searchAttributes, raiseRetentionToDays }: NamespaceNeeds,
): Promise<void> {
  await connection.withDeadline(Date.now() + deadlineMs, async () => {
    const registered = await untilSettled(() => registerMissing(connection, namespace, searchAttributes));
    await untilUsable(connection, namespace, searchAttributes);
    if (registered) await sleep(namespaceRefreshMs);
    if (raiseRetentionToDays !== undefined) {
      await untilSettled(() => raiseRetention(connection, namespace, raiseRetentionToDays * dayMs));
    }
  });
}

/** How long the namespace keeps a workflow after it closed, in milliseconds. */
export async function retentionOf(connection: ConnectionLike, namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return tsToMs(config?.workflowExecutionRetentionTtl);
}

/** Says in a namespace's own data that what is in it is for trying out. */
const TRIALS = { outflow: 'for trials' };

/**
 * Marks a namespace as one for trials, where nothing is paid in truth.
 * @throws if it holds withdrawals and isn't marked: they may be real.
 */
export async function markForTrials(connection: ConnectionLike, namespace: string): Promise<void> {
  if (await isForTrials(connection, namespace)) return;
  const { count } = await connection.workflowService.countWorkflowExecutions({
    namespace,
    query: "WorkflowType = 'withdrawal'",
  });
  if (!count.isZero())
    throw new Error(
      `Namespace ${namespace} of this Temporal holds ${count.toString()} withdrawals that may be real: a trial’s worker would take ` +
        'them to the simulator, and nobody would be paid. Leave TEMPORAL_ADDRESS out to have a Temporal of your own, or name an empty ' +
        'namespace (TEMPORAL_NAMESPACE).',
    );
  await markAsTrials(connection, namespace);
}

/** The same for a server of our own, which holds nothing else. */
export async function markAsTrials(connection: ConnectionLike, namespace: string): Promise<void> {
  await untilSettled(() => connection.workflowService.updateNamespace({ namespace, updateInfo: { data: TRIALS } }));
}

/** Is nothing paid in truth there? */
export async function isForTrials(connection: ConnectionLike, namespace: string): Promise<boolean> {
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace });
  return namespaceInfo?.data?.['outflow'] === TRIALS.outflow;
}

/** Registers what is missing. Returns whether anything was. */
async function registerMissing(
  connection: ConnectionLike,
  namespace: string,
  names: readonly string[],
): Promise<boolean> {
  const types = await customAttributes(connection, namespace);
  if (types === undefined) return false; // we may not even look; `untilUsable` shows whether they are there
  const wrong = names.filter((name) => types[name] !== undefined && types[name] !== keyword);
  if (wrong.length > 0) {
    throw new Error(
      `Search attributes of namespace ${namespace} exist with another type than Keyword: ${wrong.join(', ')}. ` +
        'Remove them (temporal operator search-attribute remove) or use another namespace.',
    );
  }
  const missing = names.filter((name) => types[name] === undefined);
  if (missing.length === 0) return false;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
    return true;
  } catch (error) {
    if (hasCode(error, notAllowedHere)) throw new Error(howToRegister(namespace, missing), { cause: error });
    throw error;
  }
}

/**
 * The namespace's own search attributes by name, with their types; undefined where the server doesn't let us ask
 * (Temporal Cloud).
 */
async function customAttributes(
  connection: ConnectionLike,
  namespace: string,
): Promise<Record<string, proto.temporal.api.enums.v1.IndexedValueType | undefined> | undefined> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return customAttributes;
  } catch (error) {
    if (hasCode(error, notAllowedHere)) return undefined;
    throw error;
  }
}

/** Those of these search attributes that the namespace lacks. Where we may not ask for its list, a query for each shows it. */
export async function missingAttributes(
  connection: ConnectionLike,
  namespace: string,
  names: readonly string[],
): Promise<string[]> {
  const types = await customAttributes(connection, namespace);
  if (types !== undefined) return names.filter((name) => types[name] === undefined);
  const usable = await Promise.all(names.map((name) => isUsable(connection, namespace, `${name} = 'none'`)));
  return names.filter((_, index) => usable[index] === false);
}

async function isUsable(connection: ConnectionLike, namespace: string, query: string): Promise<boolean> {
  try {
    await connection.workflowService.countWorkflowExecutions({ namespace, query });
    return true;
  } catch (error) {
    if (hasCode(error, [invalidArgument])) return false;
    throw error;
  }
}

/**
 * The proof that they are registered is a query that the server takes; it is also the only one that every server
 * allows.
 */
async function untilUsable(connection: ConnectionLike, namespace: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const query = names.map((name) => `${name} = 'none'`).join(' AND ');
  for (const deadline = Date.now() + usableWithinMs; ;) {
    try {
      await connection.workflowService.countWorkflowExecutions({ namespace, query });
      return;
    } catch (error) {
      if (!hasCode(error, [invalidArgument])) throw error;
      const couldNotRegister = (await customAttributes(connection, namespace)) === undefined;
      if (couldNotRegister || Date.now() > deadline) {
        throw new Error(howToRegister(namespace, names), { cause: error });
      }
      await sleep(100);
    }
  }
}

async function raiseRetention(connection: ConnectionLike, namespace: string, retentionMs: number): Promise<void> {
  if ((await retentionOf(connection, namespace)) >= retentionMs) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(retentionMs) },
  });
}

/**
 * Does it again where it failed, since two processes that change one namespace at once make one of them fail; the
 * second look finds it done.
 */
async function untilSettled<T>(change: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await change();
    } catch (error) {
      if (!isGrpcServiceError(error) || tries === 5) throw error;
      await sleep(100 * tries);
    }
  }
}

function howToRegister(namespace: string, names: readonly string[]): string {
  const flags = names.map((name) => `--name ${name} --type Keyword`).join(' ');
  return (
    `Search attributes are missing in namespace ${namespace}, and the server doesn't let us register them. ` +
    `Someone who may should run:\n  temporal operator search-attribute create --namespace ${namespace} ${flags}\n` +
    '(on Temporal Cloud: the namespace\'s page, "Custom Search Attributes")'
  );
}

function hasCode(error: unknown, codes: readonly number[]): boolean {
  return isGrpcServiceError(error) && codes.includes(error.code);
}
