import { setTimeout as sleep } from 'node:timers/promises';
import type { Outflow, WithdrawalView } from '../../client/index.js';
import {
  AbandonedError,
  ConflictError,
  InvalidRequestError,
  NotFoundError,
  StaleRequestError,
} from '../../client/index.js';
import { askedOf } from '../../domain/withdrawal/view.js';
import { textOf } from '../output/error-text.js';
import { decideOnPayout, disagreements, readLedger, spacingProblems } from './ledger.js';
import type { Scenario } from './scenarios.js';

/** How a scenario went. */
export interface Played {
  scenario: Scenario;
  view: WithdrawalView;
  tookMs: number;
  /** What was not as it should be; empty if all was well. */
  problems: string[];
}

export interface PlayOptions {
  outflow: Pick<Outflow, 'submit' | 'get'>;
  /** The simulator's control port, as an origin. */
  control: string;
  show: (status: string) => void;
  /** Ends it early. */
  signal: AbortSignal;
  /** A scenario that has not ended by then has failed. */
  timeoutMs?: number;
  lookEveryMs?: number;
}

/** Submits a scenario's withdrawal, plays the Owner, and follows it to its end. Whatever fails is a problem of this scenario only. */
export async function play(scenario: Scenario, options: PlayOptions): Promise<Played> {
  const { timeoutMs: patienceMs = 120_000, lookEveryMs = 300 } = options;
  const began = Date.now();
  const limits = { until: began + patienceMs, everyMs: lookEveryMs, signal: options.signal };
  let view: WithdrawalView = { ...askedOf(scenario.request), status: 'received', final: false, timeline: [] };
  const problems: string[] = [];
  try {
    await retryUntil(() => options.outflow.submit(scenario.request), limits);
    let isDecided = false;
    for (;;) {
      view = await retryUntil(() => options.outflow.get(scenario.request.withdrawalId), limits);
      options.show(statusLine(view));
      if (view.final) break;
      const { owner } = scenario;
      if (owner !== undefined && view.status === 'awaiting_approval' && !isDecided) {
        const pending = view;
        await retryUntil(() => decide(owner, pending, options.control), limits);
        isDecided = true;
      }
      if (Date.now() > limits.until || options.signal.aborted) {
        problems.push('it did not end');
        break;
      }
      await sleep(lookEveryMs);
    }
  } catch (error) {
    if (error instanceof InvalidRequestError) view = neverSent(scenario, error);
    else problems.push(textOf(error));
  }
  const ended = problems.length === 0 ? problemsIn(scenario, view) : problems;
  return { scenario, view, tookMs: Date.now() - began, problems: ended };
}

interface Limits {
  /** ms since 1970. */
  until: number;
  everyMs: number;
  signal: AbortSignal;
}

/** What Outflow itself says: asked again, it says the same. */
const answers = [InvalidRequestError, ConflictError, StaleRequestError, NotFoundError, AbandonedError];

/**
 * Asks until there is an answer. A server, worker or connection that fails for a moment (the machine may be busy with all of them) is asked
 * again until the time is up: nothing here does harm when it is repeated.
 */
async function retryUntil<T>(ask: () => Promise<T>, { until, everyMs, signal }: Limits): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isAnswer = answers.some((kind) => error instanceof kind);
      if (isAnswer || signal.aborted || Date.now() + everyMs > until) throw error;
      await sleep(everyMs);
    }
  }
}

/** What the client refused never became a withdrawal; its row reads like that of one that the workflow refused. */
function neverSent({ request }: Scenario, { violations }: InvalidRequestError): WithdrawalView {
  const message = violations.map(({ field, problem }) => `${field} ${problem}`).join('; ');
  const error = { type: 'InvalidRequest', message, certainty: 'not-sent' } as const;
  return { ...askedOf(request), status: 'refused', final: true, error, timeline: [] };
}

/** Holds every final view against the ledger. */
export async function audit(played: readonly Played[], control: string): Promise<Played[]> {
  const [ledger, spacing] = [await readLedger(control), await spacingProblems(control)];
  return played.map((one) => ({
    ...one,
    problems: [
      ...one.problems,
      ...disagreements(one.view, ledger),
      ...(one.view.provider === 'cryptocloud' ? spacing : []),
    ],
  }));
}

async function decide(
  decision: 'approve' | 'decline',
  { provider, providerId }: WithdrawalView,
  control: string,
): Promise<void> {
  const row = (await readLedger(control)).find((one) => one.provider === provider && one.providerId === providerId);
  if (row !== undefined) await decideOnPayout(control, row, decision);
}

function statusLine({ status, waiting }: WithdrawalView): string {
  return waiting === undefined ? status : `${status}, waits for ${waiting.for}`;
}

function problemsIn({ expected, missing }: Scenario, view: WithdrawalView): string[] {
  const problems = missing?.(view).map((what) => `its view lacks ${what}`) ?? [];
  if (view.status !== expected.status) problems.push(`ended ${view.status}, not ${expected.status}`);
  if (expected.message !== undefined && view.error?.message !== expected.message)
    problems.push(`does not say "${expected.message}"`);
  if (expected.code !== undefined && view.error?.code !== expected.code)
    problems.push(`does not give the code ${expected.code}`);
  return problems;
}
