import { ActivityFailure } from '@temporalio/workflow';
import type { CallbackContent, CaseStart } from '../contract/case.js';
import { isSlot } from '../domain/rate-limiter.js';
import type { WithdrawalRequest } from '../domain/request.js';
import type { WithdrawalEvent } from '../domain/withdrawal/apply.js';
import { OWN_FAULT } from '../domain/withdrawal/apply.js';
import type { Callback } from '../domain/withdrawal/state.js';
import type { Step } from '../domain/withdrawal/step.js';
import { fieldsOf } from '../domain/validation/fields.js';
import {
  believed,
  callsOf,
  checked,
  commitLimits,
  createLimits,
  failedCall,
  ownRun,
  personLimits,
  slotsOf,
} from './calls.js';
import { openCase } from './case.js';

/** A step that is done outside of the workflow: by an activity, or another workflow. */
export type Call = Exclude<Step, { do: 'apply' | 'wait' | 'end' }>;

/** What the beginning of a call is to the withdrawal: on record before it can have an effect. */
export function started(call: Call): WithdrawalEvent | undefined {
  if (call.do === 'create') return { type: 'createStarted', notAfter: call.input.notAfter };
  return call.do === 'commit' ? { type: 'commitStarted' } : undefined;
}

/** Does it, and says what it came to. Rejects by a fault of ours only. */
export async function perform(call: Call, request: WithdrawalRequest, now: number): Promise<WithdrawalEvent> {
  const { provider, withdrawalId } = request;
  switch (call.do) {
    case 'acquireSlot':
      try {
        const granted = believed(await slotsOf(provider, call.input.notAfter, now).acquireSlot(call.input));
        return isSlot(granted) ? { type: 'slotGranted', slot: granted } : { type: 'slotTooLate', ...granted };
      } catch (error) {
        return { type: 'slotFailed', failure: failedCall(error).failure };
      }
    case 'create':
      try {
        const accepted = checked(await callsOf(provider, 'create', createLimits).createWithdrawal(call.input));
        return { type: 'createSucceeded', ...accepted };
      } catch (error) {
        return { type: 'createFailed', ...failedCall(error) };
      }
    case 'commit':
      try {
        const limits = commitLimits(call.input.notAfter - now);
        const accepted = checked(await callsOf(provider, 'commit', limits).commitWithdrawal(call.input));
        return { type: 'commitSucceeded', ...accepted };
      } catch (error) {
        return { type: 'commitFailed', ...failedCall(error) };
      }
    case 'lookUp':
      try {
        const limits = call.forPerson ? personLimits : {};
        const { record, ...result } = checked(await callsOf(provider, 'look up', limits).lookUpWithdrawal(call.input));
        if (record === undefined) return { type: 'lookUpAbsent', ...result, askedAt: now };
        return { type: 'lookUpFound', record, ...result, askedAt: now };
      } catch (error) {
        return { type: 'lookUpFailed', failure: failedCall(error).failure, askedAt: now };
      }
    case 'checkRun':
      try {
        return { type: 'runChecked', ...(await ownRun()) };
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        return { type: 'runUnchecked' };
      }
    case 'openCase':
      if (call.of === 'forCases') {
        await openCase({ provider, withdrawalId, ...call.case });
        return { type: 'caseOpened', of: call.of };
      }
      await openCase(brokenCase(request, call.case), brokenContent(request, call.case));
      return { type: 'caseOpened', of: call.of, callback: call.case };
  }
}

/** A callback that a fault of ours kept from being taken in, which may be anything. */
function brokenCase({ provider, withdrawalId }: WithdrawalRequest, callback: Callback): CaseStart {
  return { provider, withdrawalId, reason: 'unreadable', problem: OWN_FAULT, body: JSON.stringify(callback) };
}

/** As the bridge knows it, which may be sent it again. */
function brokenContent({ provider }: WithdrawalRequest, callback: Callback): CallbackContent {
  const { record } = fieldsOf(callback) ?? {};
  return record === undefined ? { provider, body: JSON.stringify(callback) } : { record };
}
