import { isGrpcServiceError } from '@temporalio/client';
import { CommanderError } from 'commander';
import {
  AbandonedError,
  ConflictError,
  InvalidRequestError,
  NotFoundError,
  NotPossibleError,
  StaleRequestError,
  WaitTimeoutError,
} from '../../client/errors.js';
import { SettingsError } from '../../settings/index.js';
import { TemporalUnreachableError } from '../../temporal/connection.js';

/** How a command ended, for scripts: the one table. `--help` and docs/going-live.md print it. */
export const exits = {
  done: { code: 0, meaning: 'Done. `wait`: it ended `confirmed`.' },
  failed: { code: 1, meaning: 'It failed: stderr says why. `doctor`: something is wrong.' },
  usage: { code: 2, meaning: 'The command or its input is wrong; nothing was done.' },
  endedOtherwise: { code: 3, meaning: '`wait`: it ended, and not `confirmed`.' },
  timeIsUp: { code: 4, meaning: '`wait`: the time is up; the withdrawal goes on.' },
  notFound: { code: 5, meaning: 'No such withdrawal or case is known.' },
  refused: {
    code: 6,
    meaning:
      'Refused by its state: it was sent, has ended, was closed by force, has other content, or is past its `sendBy`; or the provider’s record says otherwise.',
  },
  unreachable: { code: 7, meaning: 'Temporal can’t be reached.' },
  someFailed: { code: 8, meaning: 'Of several, some failed: each has its line.' },
} as const;

export function setExit(how: keyof typeof exits): void {
  process.exitCode = exits[how].code;
}

export function exitLines(): string[] {
  return Object.values(exits).map(({ code, meaning }) => `  ${code}  ${meaning.replaceAll('`', '')}`);
}

/** How a command ended that threw. */
export function exitOf(error: unknown): keyof typeof exits {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'done' : 'usage';
  if (error instanceof InvalidRequestError || error instanceof SettingsError) return 'usage';
  if (error instanceof WaitTimeoutError) return 'timeIsUp';
  if (error instanceof NotFoundError) return 'notFound';
  if (error instanceof NotPossibleError) return error.because === 'state' ? 'refused' : 'usage';
  const isRefused = [ConflictError, StaleRequestError, AbandonedError].some((kind) => error instanceof kind);
  if (isRefused) return 'refused';
  return isUnreachable(error) ? 'unreachable' : 'failed';
}

/** gRPC's status codes for it. */
const unavailable = [14];

/** At the first word, or in the middle. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof TemporalUnreachableError) return true;
  if (isGrpcServiceError(error)) return unavailable.includes(error.code);
  return error instanceof Error && error.cause !== undefined && isUnreachable(error.cause);
}
