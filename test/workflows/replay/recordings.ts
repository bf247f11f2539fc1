import type { WithdrawalView } from '../../../client/index.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { capabilities, providerNames } from '../../../domain/providers/index.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { workflowIdOf } from '../../../contract/ids.js';
import type { FinalStatus, Status } from '../../../domain/withdrawal/lifecycle.js';
import { callbackBody, post } from '../../support/callbacks.js';
import type { Deployment } from '../../support/deployment.js';
import { requestTo } from '../../support/requests.js';
import type { SimulatorControl } from '../../support/simulator/control.js';

/** What a recording is made with. */
export interface Recorder {
  deployment: Deployment;
  simulator: SimulatorControl;
}

/** A fault of the simulator, which the create or the commit of a recording meets. */
export interface Fault {
  operation: 'create' | 'commit';
  fault: 'reset-after-write' | 'reset-after-store';
}

type Act = (recorder: Recorder, withdrawalId: string) => Promise<unknown>;

/** One withdrawal whose history is recorded. */
export interface Recording {
  /** Its file in test/workflows/replay/histories/, without `.json`: the provider, the end (`failed`: by `StaleRequest`), and the way to it. */
  path: string;
  provider: ProviderName;
  request: WithdrawalRequest;
  fault?: Fault;
  /** It is started past the client, which would refuse it. */
  isUnchecked?: true;
  /** What happens to it from outside, once it is submitted. */
  act?: Act;
}

/** Without a real name. */
export const operator = { by: 'operator-1', reason: 'recorded for replay' };
const ticket = { ...operator, evidence: 'ticket-1' };
const txid = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

type Ending = Omit<Recording, 'path' | 'provider' | 'request'> & { request?: Partial<WithdrawalRequest> };

/** By end and way to it. */
type Endings = Record<`${FinalStatus | 'failed'}/${string}`, Ending>;

/** An amount by whose last four digits the simulator knows what is to happen (docs/simulator.md). */
const magic = (provider: ProviderName, code: string) => ({
  amount: provider === 'cryptoprocessing' || provider === 'alphapo' ? `0.0${code}` : `15.${code}`,
});

const is =
  (...statuses: Status[]) =>
  ({ status }: WithdrawalView) =>
    statuses.includes(status);

const confirmedByPerson: Act = async ({ deployment }, id) => {
  await deployment.when(id, is('unknown', 'processing'));
  return deployment.outflow.resolve(id, { ...ticket, outcome: 'confirmed', txid });
};
const notPaidByPerson: Act = async ({ deployment }, id) => {
  await deployment.when(id, is('unknown', 'processing'));
  return deployment.outflow.resolve(id, { ...ticket, outcome: 'notPaid' });
};

/** The ways that every provider's withdrawals may end. */
function endingsOfAll(provider: ProviderName): Endings {
  const noFunds = magic(provider, '9105');
  return {
    'cancelled/by-operator': {
      request: noFunds,
      act: async ({ deployment }, id) => {
        await deployment.when(id, is('waiting'));
        await deployment.outflow.cancel(id, operator);
      },
    },
    'cancelled/in-temporal': {
      request: noFunds,
      act: async (recorder, id) => {
        await recorder.deployment.when(id, is('waiting'));
        await cancelInTemporal(recorder, id);
      },
    },
    'refused/by-our-rules': { request: { amount: '0' }, isUnchecked: true },
    'refused/by-provider': { request: magic(provider, '9111') },
    // Where slots are queued for, it ends before its own comes.
    'expired/by-send-by': { request: { ...noFunds, sendBy: inSeconds(capabilities[provider].hasRateLimit ? 6 : 12) } },
    'confirmed/unknown-then-by-person': {
      fault: { operation: 'create', fault: 'reset-after-write' },
      act: confirmedByPerson,
    },
    'cancelled/unknown-then-by-person': {
      fault: { operation: 'create', fault: 'reset-after-write' },
      act: notPaidByPerson,
    },
  };
}

/** Those of the providers that call back and answer look-ups. */
function endingsWithLookUp(provider: ProviderName): Endings {
  return {
    'confirmed/by-callback': {},
    'confirmed/by-look-up': { request: magic(provider, '9106') },
    'cancelled/by-provider': { request: magic(provider, '9104') },
    'confirmed/unknown-then-found': { fault: { operation: 'create', fault: 'reset-after-store' } },
    'confirmed/approved-despite-cancel': {
      request: magic(provider, '9101'),
      act: async (recorder, id) => {
        await recorder.deployment.when(id, is('awaiting_approval', 'on_hold'));
        await cancelInTemporal(recorder, id);
        await recorder.deployment.outflow.retryNow(id, operator);
        await recorder.simulator.act(id, 'approve');
      },
    },
  };
}

const declined = (provider: ProviderName): Endings => ({
  'declined/by-owner': { request: magic(provider, '9103') },
});

const ownEndings: Record<ProviderName, () => Endings> = {
  cryptoprocessing: () => ({
    ...declined('cryptoprocessing'),
    'failed/stale-request': {
      request: { requestedAt: inSeconds(-7_200), sendBy: inSeconds(-3_600) },
      isUnchecked: true,
    },
    'confirmed/callback-of-another': {
      request: magic('cryptoprocessing', '9101'),
      act: async ({ deployment, simulator }, id) => {
        await deployment.when(id, is('awaiting_approval'));
        await post(deployment.bridge, callbackBody({ foreign_id: id, status: 'pending' })); // its address is another
        await deployment.when(id, ({ attention }) => attention !== undefined);
        await simulator.act(id, 'approve');
      },
    },
    'confirmed/recovered': {
      request: magic('cryptoprocessing', '9107'),
      act: async ({ deployment, simulator }, id) => {
        await deployment.when(id, is('processing'));
        await deployment.client.workflow.getHandle(workflowIdOf(id)).terminate();
        await deployment.outflow.recover(id, operator);
        await simulator.act(id, 'confirm');
      },
    },
  }),
  alphapo: () => declined('alphapo'),
  cryptopay: () => ({
    'expired/over-max-charge': {
      request: { ...magic('cryptopay', '9204'), cryptopay: { maxCharge: '16' } },
    },
    'cancelled/commit-too-late': { request: magic('cryptopay', '9205') },
    'confirmed/commit-unknown': { fault: { operation: 'commit', fault: 'reset-after-store' } },
    'refused/high-risk-address': { request: magic('cryptopay', '9201') },
  }),
  cryptocloud: () => ({
    'confirmed/by-callback': { request: magic('cryptocloud', '9301') },
    'cancelled/by-person': { request: magic('cryptocloud', '9104'), act: notPaidByPerson },
  }),
};

/** What else is recorded: the rate limiter, a closed case, and a withdrawal that went on in a fresh history. */
export const otherPaths: readonly string[] = [
  'other/case',
  'other/continued-first-run',
  'other/continued-last-run',
  'other/rate-limiter',
];

/** Every withdrawal whose history is recorded, as requested now. */
export function recordings(): Recording[] {
  return providerNames.flatMap(recordingsOf);
}

function recordingsOf(provider: ProviderName): Recording[] {
  const paths = {
    ...ownEndings[provider](),
    ...(capabilities[provider].hasLookUp ? endingsWithLookUp(provider) : {}),
    ...endingsOfAll(provider),
  };
  return Object.entries(paths).map(([name, { request, ...path }]) => {
    const withdrawalId = `${provider}.${name.replace('/', '.')}`;
    const receiver = provider === 'cryptoprocessing' ? { receiver: { type: 'self' } as const } : {};
    const whole = requestTo[provider]({ withdrawalId, ...receiver, ...request });
    return { ...path, path: `${provider}/${name}`, provider, request: whole };
  });
}

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1_000).toISOString();
}

async function cancelInTemporal({ deployment }: Recorder, withdrawalId: string): Promise<void> {
  await deployment.client.workflow.getHandle(workflowIdOf(withdrawalId)).cancel();
}
