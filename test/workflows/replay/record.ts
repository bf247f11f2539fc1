import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { CaseView } from '../../../contract/case.js';
import { StaleRequestError } from '../../../client/index.js';
import { workflowIds, workflowQueue, workflowTypes } from '../../../contract/ids.js';
import type { WithdrawalStart } from '../../../contract/messages.js';
import { providerNames } from '../../../domain/providers/index.js';
import { callbackBody, post } from '../../support/callbacks.js';
import { Deployment } from '../../support/deployment.js';
import { until } from '../../support/parent-process.js';
import { cryptoprocessingRequest } from '../../support/requests.js';
import { temporalWithShortHistories } from '../../support/temporal/short-histories.js';
import type { History } from './history-files.js';
import { forgetAll, writeHistory } from './history-files.js';
import type { Recorder, Recording } from './recordings.js';
import { operator, recordings } from './recordings.js';

Runtime.install({ logger: new DefaultLogger('ERROR') });

type Say = (line: string) => void;

/** A history of so many events is gone on with in a fresh one: more than any other recorded withdrawal has. */
const LONG = 90;

/** Records all histories with a real Temporal server, worker and bridge, and the simulated providers: a minute and a half. */
export async function record(say: Say): Promise<void> {
  const began = Date.now();
  const { executable, remove } = await temporalWithShortHistories(LONG);
  const settings = { CRYPTOCLOUD_MIN_INTERVAL: '0.1', CRYPTOCLOUD_POSTBACK: 'confirm' };
  const deployment = await Deployment.started({
    temporal: { executable },
    bridge: { CRYPTOCLOUD_POSTBACK: 'confirm' },
    worker: { serving: providerNames, settings },
  });
  try {
    const { simulator } = deployment;
    const recorded = await recordWith({ deployment, simulator }, say);
    await forgetAll(); // not before: a recording that fails leaves those of before
    const bytes = await Promise.all(recorded.map(({ path, history }) => writeHistory(path, history)));
    const kilobytes = Math.round(bytes.reduce((sum, one) => sum + one, 0) / 1_000);
    say(`${bytes.length} histories, ${kilobytes} kB, in ${Math.round((Date.now() - began) / 1_000)} s`);
  } finally {
    await deployment.stop();
    await remove();
  }
}

interface Recorded {
  path: string;
  history: History;
}

async function recordWith(recorder: Recorder, say: Say): Promise<Recorded[]> {
  const recordOne = async (one: Recording) => {
    const recorded = await recordWithdrawal(recorder, one);
    say(one.path);
    return recorded;
  };
  const going: Promise<Recorded>[] = [];
  const goOn = (...more: Promise<Recorded>[]) => {
    for (const one of more) one.catch(() => undefined); // reported below
    going.push(...more);
  };
  // Commits first: no withdrawal of another round is there to meet their fault.
  const faults = new Set(recordings().flatMap(({ fault }) => (fault === undefined ? [] : [JSON.stringify(fault)])));
  for (const fault of [...faults].toSorted()) {
    const meetIt = recordings().filter((one) => JSON.stringify(one.fault) === fault);
    const plan = meetIt.map(({ provider }) => ({ provider, ...(JSON.parse(fault) as object) }));
    await recorder.simulator.faults(plan);
    for (const one of meetIt) await submit(recorder, one);
    await Promise.all(meetIt.map((one) => untilSent(recorder, one)));
    goOn(...meetIt.map(recordOne));
  }
  const others = recordings().filter(({ fault }) => fault === undefined);
  for (const one of others) await submit(recorder, one);
  goOn(...others.map(recordOne), ...recordContinued(recorder), recordCase(recorder));
  const recorded = await Promise.all(going);
  return [...recorded, await recordRun(recorder, 'other/rate-limiter', workflowIds.rateLimiter('cryptocloud'))];
}

async function submit({ deployment }: Recorder, { request, isUnchecked }: Recording): Promise<void> {
  if (isUnchecked === undefined) {
    await deployment.outflow.submit(request, { batch: 'recorded' });
    return;
  }
  const start: WithdrawalStart = { request };
  await deployment.client.workflow.start(workflowTypes.withdrawal, {
    workflowId: workflowIds.withdrawal(request.withdrawalId),
    taskQueue: workflowQueue,
    args: [start],
  });
}

/** Until it has met its fault. */
async function untilSent({ deployment }: Recorder, { request }: Recording): Promise<void> {
  const before: readonly string[] = ['received', 'waiting', 'sending', 'awaiting_commit'];
  await deployment.when(request.withdrawalId, ({ status }) => !before.includes(status));
}

/** What happens to it, its end, and the history of all that. */
async function recordWithdrawal(recorder: Recorder, { path, request, act }: Recording): Promise<Recorded> {
  const { withdrawalId } = request;
  await act?.(recorder, withdrawalId);
  const end = await recorder.deployment.outflow.wait(withdrawalId, { timeoutMs: 90_000 }).then(
    ({ status }) => status,
    (error: unknown) => {
      if (error instanceof StaleRequestError) return 'failed';
      throw error;
    },
  );
  if (path.split('/')[1] !== end) {
    const { error } = await recorder.deployment.outflow.get(withdrawalId);
    throw new Error(`${path} ended ${end}: ${error?.type ?? 'without an error'}`);
  }
  return recordRun(recorder, path, workflowIds.withdrawal(withdrawalId));
}

async function recordRun(
  { deployment }: Recorder,
  path: string,
  workflowId: string,
  runId?: string,
): Promise<Recorded> {
  return { path, history: await deployment.client.workflow.getHandle(workflowId, runId).fetchHistory() };
}

/** A withdrawal that goes on in a fresh history: its first run, and the one that takes over what was known. */
function recordContinued(recorder: Recorder): Promise<Recorded>[] {
  const { deployment, simulator } = recorder;
  const withdrawalId = 'other.continued';
  const workflowId = workflowIds.withdrawal(withdrawalId);
  const latestRun = async () => (await deployment.client.workflow.getHandle(workflowId).describe()).runId;
  const first = async () => {
    await deployment.outflow.submit(
      cryptoprocessingRequest({ withdrawalId, amount: '0.09101', receiver: { type: 'self' } }),
    );
    await deployment.when(withdrawalId, ({ status }) => status === 'awaiting_approval');
    const runId = await latestRun();
    while ((await latestRun()) === runId) await deployment.outflow.retryNow(withdrawalId, operator);
    return runId;
  };
  const firstRun = first();
  const last = async () => {
    await firstRun;
    await simulator.act(withdrawalId, 'approve');
    await deployment.outflow.wait(withdrawalId, { timeoutMs: 60_000 });
  };
  return [
    firstRun.then((runId) => recordRun(recorder, 'other/continued-first-run', workflowId, runId)),
    last().then(() => recordRun(recorder, 'other/continued-last-run', workflowId)),
  ];
}

/** A case that the bridge opened, and a person closed. */
async function recordCase(recorder: Recorder): Promise<Recorded> {
  const { outflow, bridge } = recorder.deployment;
  const foreign_id = 'nobody';
  await post(bridge, callbackBody({ foreign_id }));
  let found: (CaseView & { caseId: string }) | undefined;
  await until('the case is listed', async () => {
    for (const item of await outflow.inbox()) {
      if (item.kind !== 'case') continue;
      const view = await outflow.case(item.caseId);
      if (view.withdrawalId === foreign_id) found = { ...view, caseId: item.caseId };
    }
    return found !== undefined;
  });
  const caseId = found?.caseId ?? '';
  await outflow.closeCase(caseId, operator);
  return recordRun(recorder, 'other/case', workflowIds.case(caseId));
}
