import { ApplicationFailure, SdkComponent } from '@temporalio/common';
import type { Logger as TemporalLogger, LogLevel } from '@temporalio/worker';
import type { Logger } from 'pino';
import { WRONG_CALLER } from '../../contract/activities.js';
import { BAD_ACTION, NOT_POSSIBLE, STALE_REQUEST } from '../../contract/messages.js';
import { isFailureType } from '../../domain/failures.js';
import { KEY_MISSING } from '../../temporal/encryption/key-missing.js';
import { faultOf } from '../output/fault.js';

/** A failed call's details hold the provider's own words, which may echo a customer's data: a log gets our words only. */
export function withoutDetails({ error, taskToken: _, ...meta }: Record<string, unknown>): object {
  if (meta['sdkComponent'] === SdkComponent.core) return fromCore({ error, ...meta });
  if (!(error instanceof Error)) return meta;
  const { name, message } = error;
  const type = error instanceof ApplicationFailure ? error.type : undefined;
  if (isFailureType(type) || (typeof type === 'string' && ourTypes.has(type)))
    return { ...meta, error: { name, type, message } };
  if (temporalsErrors.has(name)) return { ...meta, error: { name, message } };
  return { ...meta, error: faultOf(error) };
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

function fromCore(meta: Record<string, unknown>): object {
  return Object.fromEntries(coreFields.flatMap((name) => (meta[name] === undefined ? [] : [[name, meta[name]]])));
}

/** Temporal's own log lines, in ours. */
export function temporalLog(log: Logger): TemporalLogger {
  const write = (level: LogLevel, message: string, meta?: object) => {
    const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
    log[levels[level]](meta === undefined ? {} : withoutDetails({ ...meta }), message);
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
