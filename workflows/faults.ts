import { ApplicationFailure, log } from '@temporalio/workflow';
import { NOT_POSSIBLE } from '../contract/messages.js';
import { OWN_FAULT } from '../domain/withdrawal/apply.js';

/** A fault of our own, by its name: its message may hold anything. */
export function logFault(fault: string): void {
  log.error('a fault of Outflow', { fault });
}

/** For the operator whose action it broke. */
export function faultOfOurs(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(OWN_FAULT, NOT_POSSIBLE);
}
