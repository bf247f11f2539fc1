import { ApplicationFailure, SdkComponent } from '@temporalio/common';
import type { Logger as TemporalLogger, LogLevel } from '@temporalio/worker';
import type { Logger } from 'pino';
import { WRONG_CALLER } from '../../contract/activities.js';
import { BAD_ACTION, NOT_POSSIBLE, STALE_REQUEST } from '../../contract/messages.js';
import { isFailureType } from '../../domain/failures.js';
import { KEY_MISSING } from '../../temporal/encryption/key-missing.js';
import { faultOf } from '../output/fault.js';

/**
 * What of a line of Temporal's a log gets. Its fields hold whatever the SDK works with: whole activations and inputs, decrypted; a worker's
 * options, with its keys; failures, with the provider's own words. So those alone that are named here.
 */
export function withoutDetails({ error, ...meta }: Record<string, unknown>): object {
  if (meta['sdkComponent'] === SdkComponent.core) return fieldsOf({ error, ...meta }, coreFields);
  const fields = fieldsOf(meta, sdkFields);
  return error instanceof Error ? { ...fields, error: describedError(error) } : fields;
}

/** Its words only where they are Temporal's or ours. */
function describedError(error: Error): object {
  const { name, message } = error;
  const type = error instanceof ApplicationFailure ? error.type : undefined;
  if (isFailureType(type) || (typeof type === 'string' && ourTypes.has(type))) return { name, type, message };
  return temporalsErrors.has(name) ? { name, message } : faultOf(error);
}

/** The types of failures whose messages are ours, beside those of calls. */
const ourTypes: ReadonlySet<string> = new Set([KEY_MISSING, WRONG_CALLER, STALE_REQUEST, NOT_POSSIBLE, BAD_ACTION]);

/** Errors of Temporal's whose messages say what the server or the SDK did, and nothing of payloads. */
const temporalsErrors: ReadonlySet<string> = new Set([
  ...[
    'DeterminismViolationError',
    'GracefulShutdownPeriodExpiredError',
    'ServiceError',
    'ShutdownError',
    'TransportError',
  ],
]);

/** Core, which is not JavaScript, gives its fields as texts, and may give a whole failure: these name no customer's data. */
const coreFields = ['sdkComponent', 'target', 'error', 'namespace', 'task_queue', 'workflow_id', 'run_id', 'attempt'];

/** Those of the rest of the SDK; `fault` is our own. */
const sdkFields = [
  ...['sdkComponent', 'namespace', 'taskQueue', 'workflowId', 'workflowType', 'runId', 'workflowRunId', 'state'],
  ...['activityId', 'activityType', 'attempt', 'isLocal', 'durationMs', 'historyLength', 'fault'],
];

/** Words and numbers: what is made of several is never logged. */
function fieldsOf(meta: Record<string, unknown>, names: readonly string[]): object {
  const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  return Object.fromEntries(names.flatMap((name) => (isPlain(meta[name]) ? [[name, meta[name]]] : [])));
}

/** The SDK puts the words of an error into some of its messages, too. */
function withoutWordsOf(error: unknown, message: string): string {
  return error instanceof Error && error.message !== '' ? message.replaceAll(error.message, '…') : message;
}

/** Temporal's own log lines, in ours. */
export function temporalLog(log: Logger): TemporalLogger {
  const write = (level: LogLevel, message: string, meta?: object) => {
    const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
    const fields: Record<string, unknown> = { ...meta };
    log[levels[level]](withoutDetails(fields), withoutWordsOf(fields['error'], message));
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
