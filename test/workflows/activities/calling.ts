import { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { FailureDetails, ProviderCalls } from '../../../contract/activities.js';
import type { CallOptions } from '../../../activities/provider-calls.js';
import { providerCalls } from '../../../activities/provider-calls.js';
import { workflowIdOf } from '../../../contract/ids.js';
import type { Provider } from '../../../providers/provider.js';
import { registry } from '../../../providers/registry.js';
import { cryptoprocessingRequest } from '../../support/requests.js';

export const HOUR = 3_600_000;
/** The request of the withdrawal under test. */
export const request = cryptoprocessingRequest({ withdrawalId: 'w-1' });
export const order = { request, notAfter: Date.now() + HOUR, originalRun: 'r-1' };
/** The provider's answer to a create that it takes. */
export const created = {
  data: {
    id: 134702815,
    foreign_id: 'w-1',
    type: 'withdrawal',
    status: 'processing',
    amount: '0.00003000',
    sender_amount: '0.00003000',
    sender_currency: 'BTC',
    receiver_amount: '0.00003000',
    receiver_currency: 'BTC',
  },
};
/** Its answer to a look-up. */
export const found = {
  id: 134702815,
  foreign_id: 'w-1',
  type: 'withdrawal',
  status: 'confirmed',
  crypto_address: { currency: 'BTC', address: request.address },
};

/** CryptoProcessing at this origin, with parts of it replaced. */
export function providerAt(origin: string, changes: Partial<Provider> = {}): Provider {
  const settings = { BASE_URL: origin, API_KEY: 'key', SECRET: 'secret', SANDBOX: 'true' };
  return { ...registry.cryptoprocessing.provider.parse(settings), ...changes };
}

export interface Circumstances {
  provider?: Partial<Provider>;
  options?: Partial<CallOptions>;
  info?: ConstructorParameters<typeof MockActivityEnvironment>[0];
  onHeartbeat?: (details: unknown) => void;
}

type Result<Name extends keyof ProviderCalls> = Awaited<ReturnType<ProviderCalls[Name]>>;

/** Calls one activity, as the withdrawal's workflow would. */
export async function call<Name extends keyof ProviderCalls>(
  origin: string,
  name: Name,
  input: Parameters<ProviderCalls[Name]>[0],
  { provider, options, info, onHeartbeat }: Circumstances = {},
): Promise<Result<Name>> {
  const environment = new MockActivityEnvironment(
    { workflowExecution: { workflowId: workflowIdOf('w-1'), runId: 'r-1' }, scheduledTimestampMs: Date.now(), ...info },
    { logger: new DefaultLogger('ERROR') },
  );
  if (onHeartbeat !== undefined) environment.on('heartbeat', onHeartbeat);
  const calls = providerCalls(providerAt(origin, provider), {
    now: Date.now,
    confirmFinal: true,
    longestMs: () => Promise.resolve(24 * HOUR),
    limits: { connectMs: 250, totalMs: 400, maxResponseBytes: 10_000 },
    acquireSlot: () => Promise.reject(new Error('no rate limiter here')),
    hasEarlierRun: () => Promise.resolve(false),
    ...options,
  });
  const activity = calls[name] as (input: unknown) => Promise<Result<Name>>;
  return environment.run<[unknown], Result<Name>, typeof activity>(activity, input);
}

/** How it failed: what Temporal sees of it, and what its details say to the workflow. */
export async function failureOf(called: Promise<unknown>) {
  const error: unknown = await called.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApplicationFailure)) throw new Error('it did not fail as activities do', { cause: error });
  const [details] = (error.details ?? []) as [FailureDetails?];
  return { type: error.type, message: error.message, retryable: !error.nonRetryable, error, details };
}
