import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { Failure } from '../domain/failures.js';
import { kindOf } from '../domain/failures.js';
import type { Rules } from '../domain/memory.js';
import type { Operation, Provider } from '../providers/provider.js';
import { workflowIdOf } from '../domain/request.js';
import type { CreateOrder, Created, FailedCall, LookedUp, LookUpOrder, ProviderCalls } from './calls.js';
import type { HttpLimits } from './http.js';
import { exchange, httpLimits } from './http.js';

/** Temporal repeats a send that is proven unsent or refused for now, for at most so long; then the workflow waits visibly. */
const LONGEST_RETRIES_MS = 5 * 60_000;
/** The pause before a repetition, where the provider names none. */
const PAUSE_MS = 2_000;

export interface CallOptions {
  now: () => number;
  confirmFinal: boolean;
  /** The longest that Temporal remembers a closed withdrawal, less an hour, ms: nothing is sent later after `requestedAt`. */
  longestMs: number;
  limits?: HttpLimits;
}

/** The activities of one provider: make the call, and say what it proves. */
export function providerCalls(provider: Provider, options: CallOptions): ProviderCalls {
  const { now, limits = httpLimits } = options;
  const { account } = provider;
  const rules: Rules = { confirmFinal: options.confirmFinal, resend: provider.mayResend };

  async function call<Input, Output>(operation: Operation<Input, Output>, input: Input, sendBy: number) {
    const began = now();
    const request = operation.write(input, new Date(began));
    // An attempt that Temporal has given up must not write any more: it may be counted as lost already.
    const notAfter = Math.min(sendBy, began + limits.totalMs);
    const exchanged = await exchange(provider.origin, request, { notAfter, now, limits });
    if (!exchanged.ok) throw failed(exchanged.failure, account, now());
    const reading = operation.read(exchanged.answer, input);
    if (!reading.ok) throw failed(reading.failure, account, now());
    return { value: reading.value, writtenAt: exchanged.writtenAt };
  }

  return {
    async createWithdrawal({ request, sendBy, onlyAs }: CreateOrder): Promise<Created> {
      refuseStrangers(request.withdrawalId);
      if (onlyAs !== undefined && onlyAs !== account) throw failed({ type: 'OtherAccount' }, account, now());
      const latest = Math.min(sendBy, Date.parse(request.requestedAt) + options.longestMs);
      const { value, writtenAt } = await call(provider.create, request, latest);
      return { record: value, writtenAt, account, rules };
    },

    async lookUpWithdrawal({ request, providerId }: LookUpOrder): Promise<LookedUp> {
      refuseStrangers(request.withdrawalId);
      if (provider.lookUp === undefined) throw ApplicationFailure.nonRetryable(`${provider.name} documents no look-up`);
      const key = { withdrawalId: request.withdrawalId, ...(providerId !== undefined && { providerId }) };
      const { value } = await call(provider.lookUp, key, Number.POSITIVE_INFINITY);
      return { account, rules, ...(value !== 'absent' && { record: value }) };
    },
  };
}

/** Only the withdrawal's own workflow may call for it: another caller would be a second payer. */
function refuseStrangers(withdrawalId: string): void {
  if (activityInfo().workflowExecution?.workflowId !== workflowIdOf(withdrawalId)) {
    throw ApplicationFailure.nonRetryable('Only the workflow of this withdrawal may call its provider.', 'Stranger');
  }
}

/** Temporal's form of a failure. Its message names no value: the provider's own words stay in the details. */
function failed(failure: Failure, account: string, now: number): ApplicationFailure {
  const { retry, meaning } = kindOf(failure.type);
  const pause = failure.retryAfterMs ?? PAUSE_MS * activityInfo().attempt;
  const goesOn =
    (retry === 'soon' || retry === 'after') && now + pause < activityInfo().scheduledTimestampMs + LONGEST_RETRIES_MS;
  const details: [FailedCall] = [{ failure, account }];
  return ApplicationFailure.create({
    type: failure.type,
    message: meaning,
    details,
    nonRetryable: !goesOn,
    ...(goesOn && { nextRetryDelay: pause }),
  });
}
