import { ApplicationFailure } from '@temporalio/workflow';
import type { ResolveResult } from '../contract/messages.js';
import { BAD_ACTION, NOT_POSSIBLE } from '../contract/messages.js';
import { OWN_FAULT } from '../domain/withdrawal/apply.js';
import type { Status } from '../domain/withdrawal/lifecycle.js';
import type { ActionAnswer } from '../domain/withdrawal/operator-actions.js';
import { actionFormProblem, resolutionFormProblem } from '../domain/withdrawal/operator-actions.js';

/** For a validator: refuses what is malformed, so that nothing of it enters the history. */
export function refuseBadAction(action: unknown): void {
  refuse(actionFormProblem(action), BAD_ACTION);
}

export function refuseBadResolution(action: unknown): void {
  refuse(resolutionFormProblem(action), BAD_ACTION);
}

/** Refuses what the withdrawal's state does not allow. */
export function refuseImpossible(problem: string | undefined): void {
  refuse(problem, NOT_POSSIBLE);
}

export function faultOfOurs(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(OWN_FAULT, NOT_POSSIBLE);
}

function refuse(problem: string | undefined, type: string): void {
  if (problem !== undefined) throw ApplicationFailure.nonRetryable(problem, type);
}

/** The status that an action left; fails with `NotPossible` if it was refused after all. */
export function statusOf({ status, refused }: ActionAnswer): Status {
  refuseImpossible(refused);
  return status;
}

/** What became of a person's word: a refusal is a result, too, for the person to judge by what the provider says. */
export function resolveResult({ status, refused, lookUp }: ActionAnswer): ResolveResult {
  const asked = lookUp === undefined ? {} : { lookUp };
  return refused === undefined
    ? { resolved: true, status, ...asked }
    : { resolved: false, status, why: refused, ...asked };
}
