import { userInfo } from 'node:os';
import { cliName } from '../../processes/outflow-command.js';
import type { OperatorActionName } from './table.js';

/** Stands in a command for what only the person knows; the commands refuse it, so a command pasted as it is does no harm. */
export const TO_FILL_IN = '…';

/**
 * The whole command of an operator's action, ready to be pasted: as this user, for this reason. `about` is its id and what stands before
 * `--by`, `evidence` what stands after `--reason`.
 */
export function actionCommandLine(
  name: OperatorActionName,
  about: string,
  { reason = TO_FILL_IN, evidence }: { reason?: string; evidence?: string } = {},
): string {
  const line = `${cliName} ${name} ${about} --by ${quoted(user())} --reason ${quoted(reason)}`;
  return evidence === undefined ? line : `${line} --evidence ${quoted(evidence)}`;
}

/** Temporal's own command line, on one workflow. */
export function temporalCommandLine(line: string, workflowId: string): string {
  return `temporal ${line} --workflow-id ${workflowId}`;
}

export function showCaseCommandLine(caseId: string): string {
  return `${cliName} case show ${beginningOf(caseId)}`;
}

export function closeCaseCommandLine(caseId: string): string {
  return actionCommandLine('case close', beginningOf(caseId));
}

/** `case show` and `case close` take the beginning of an id. */
function beginningOf(caseId: string): string {
  return caseId.slice(0, 12);
}

/** Who is logged in, most likely the person who acts. */
function user(): string {
  try {
    return userInfo().username;
  } catch {
    return TO_FILL_IN; // a container's user may have no name
  }
}

/** One word to a shell. */
function quoted(text: string): string {
  return /^[\w.@…-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
