import { isGrpcServiceError } from '@temporalio/client';
import { CommanderError } from 'commander';
import {
  AbandonedError,
  UnreadableWithdrawalError,
  ConflictError,
  InvalidRequestError,
  NotFoundError,
  NotPossibleError,
  StaleRequestError,
  WaitTimeoutError,
} from '../../client/errors.js';
import { SettingsError } from '../../settings/index.js';
import { TemporalUnreachableError } from '../../temporal/connection.js';

/** How a command ended, for scripts: the one table. `--help` and docs/going-live.md print it; the help of one command says `short`. */
export const exits = {
  done: { code: 0, short: 'done', meaning: 'Done. `wait`: it ended `confirmed`.' },
  failed: { code: 1, short: 'failed', meaning: 'It failed: stderr says why. `doctor`: something is wrong.' },
  usage: { code: 2, short: 'wrong usage', meaning: 'The command or its input is wrong; nothing was done.' },
  endedOtherwise: { code: 3, short: 'not confirmed', meaning: '`wait`: it ended, and not `confirmed`.' },
  timeIsUp: { code: 4, short: 'time is up', meaning: '`wait`: the time is up; the withdrawal goes on.' },
  notFound: { code: 5, short: 'not found', meaning: 'No such withdrawal or case is known.' },
  refused: {
    code: 6,
    short: 'refused',
    meaning:
      'Refused by its state: it was sent, has ended, was closed by force, has other content, or is past its `sendBy`; or the provider’s record says otherwise.',
  },
  unreachable: { code: 7, short: 'Temporal can’t be reached', meaning: 'Temporal can’t be reached.' },
  someFailed: { code: 8, short: 'some failed', meaning: 'Of several, some failed: each has its line.' },
} as const;

export type ExitName = keyof typeof exits;

export function setExit(how: ExitName): void {
  process.exitCode = exits[how].code;
}

export function exitLines(): string[] {
  return Object.values(exits).map(({ code, meaning }) => `  ${code}  ${meaning.replaceAll('`', '')}`);
}

/** The exit codes of an operator's action, in a line: its own, and those that every command has. */
export function exitsInShort(own: readonly ExitName[]): string {
  const names: readonly ExitName[] = ['done', ...own, 'usage', 'unreachable'];
  return Object.values(exits)
    .filter((exit) => names.some((name) => exits[name] === exit))
    .map(({ code, short }) => `${code} ${short}`)
    .join(', ');
}

/** How a command ended that threw. */
export function exitOf(error: unknown): ExitName {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'done' : 'usage';
  if (error instanceof InvalidRequestError || error instanceof SettingsError) return 'usage';
  if (error instanceof WaitTimeoutError) return 'timeIsUp';
  if (error instanceof NotFoundError) return 'notFound';
  if (error instanceof NotPossibleError) return error.because === 'state' ? 'refused' : 'usage';
  const isRefused = [ConflictError, StaleRequestError, AbandonedError, UnreadableWithdrawalError].some(
    (kind) => error instanceof kind,
  );
  if (isRefused) return 'refused';
  return isUnreachable(error) ? 'unreachable' : 'failed';
}

/** gRPC's status codes for it. */
const unavailable = [14];

/** At the first call, or in the middle. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof TemporalUnreachableError) return true;
  if (isGrpcServiceError(error)) return unavailable.includes(error.code);
  return error instanceof Error && error.cause !== undefined && isUnreachable(error.cause);
}
