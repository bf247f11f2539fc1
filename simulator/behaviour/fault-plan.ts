import { z } from 'zod';
import type { ProviderName } from '../ledger/payout.js';
import {
  callbackFault,
  faultNames,
  requestFault,
  type CallbackFault,
  type Fault,
  type RequestFault,
  type RequestOperation,
} from './faults.js';

/** A plan's entry, checked against the faults of its operation, so that the error names those. */
export const faultPlan = z.array(
  z
    .looseObject({ operation: z.enum(['create', 'commit', 'lookUp', 'callback']) })
    .transform((entry, context): Fault => {
      const parsed = (entry.operation === 'callback' ? callbackFault : requestFault).safeParse(entry);
      if (parsed.success) return parsed.data;
      const names = faultNames[entry.operation === 'callback' ? 'callback' : 'request'];
      for (const issue of parsed.error.issues) {
        const isName = issue.path[0] === 'fault';
        context.addIssue({
          code: 'custom',
          path: issue.path,
          message: isName ? `expected one of ${names.join(', ')}` : issue.message,
        });
      }
      return z.NEVER;
    }),
);

/** The faults still to come. The first entry that fits a call is used, as often as it says. */
export class Faults {
  #plan: readonly Fault[] = [];

  set(plan: readonly Fault[]): void {
    this.#plan = plan;
  }

  plan(): readonly Fault[] {
    return this.#plan;
  }

  takeForRequest(provider: ProviderName, operation: RequestOperation): RequestFault | null {
    const taken = this.#take(provider, operation);
    return taken && taken.operation !== 'callback' ? taken : null;
  }

  takeForCallback(provider: ProviderName): CallbackFault | null {
    const taken = this.#take(provider, 'callback');
    return taken?.operation === 'callback' ? taken : null;
  }

  #take(provider: ProviderName, operation: RequestOperation | 'callback'): Fault | null {
    const taken = this.#plan.find((fault) => fault.provider === provider && fault.operation === operation);
    if (!taken) return null;
    this.#plan = this.#plan.flatMap((fault) => (fault === taken ? leftOf(fault) : [fault]));
    return taken;
  }
}

/** What is left of a fault that was used once more. */
function leftOf(fault: Fault): Fault[] {
  if (fault.times === 'always') return [fault];
  return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
}
