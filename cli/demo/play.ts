import { setTimeout as sleep } from 'node:timers/promises';
import type { Outflow, WithdrawalView } from '../../client/index.js';
import { InvalidRequestError } from '../../client/index.js';
import { askedOf } from '../../domain/withdrawal/view.js';
import { actOnPayout, disagreements, readLedger, spacingProblems } from './ledger.js';
import type { Scene } from './scenes.js';

const LOOK_EVERY_MS = 300;
/** A scene that has not ended by then has failed. */
const PATIENCE_MS = 120_000;

/** How a scene went. */
export interface Played {
  scene: Scene;
  view: WithdrawalView;
  tookMs: number;
  /** What was not as it should be; empty if all was well. */
  problems: string[];
}

/** Submits a scene's withdrawal, plays the Owner, and follows it to its end. */
export async function play(
  scene: Scene,
  outflow: Outflow,
  control: string,
  show: (status: string) => void,
): Promise<Played> {
  const { withdrawalId } = scene.request;
  const began = Date.now();
  try {
    await outflow.submit(scene.request);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    const view = neverSent(scene, error);
    return { scene, view, tookMs: Date.now() - began, problems: problemsIn(scene, view) };
  }
  let decided = false;
  for (;;) {
    const view = await outflow.get(withdrawalId);
    show(statusLine(view));
    if (view.final) return { scene, view, tookMs: Date.now() - began, problems: problemsIn(scene, view) };
    if (scene.owner !== undefined && view.status === 'awaiting_approval' && !decided) {
      await decide(scene.owner, view, control);
      decided = true;
    }
    if (Date.now() - began > PATIENCE_MS)
      return { scene, view, tookMs: Date.now() - began, problems: ['it did not end'] };
    await sleep(LOOK_EVERY_MS);
  }
}

/** What the client refused never became a withdrawal; its row tells the same as one that the workflow refused. */
function neverSent({ request }: Scene, { violations }: InvalidRequestError): WithdrawalView {
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
  act: 'approve' | 'decline',
  { provider, providerId }: WithdrawalView,
  control: string,
): Promise<void> {
  const row = (await readLedger(control)).find((one) => one.provider === provider && one.providerId === providerId);
  if (row !== undefined) await actOnPayout(control, row, act);
}

function statusLine({ status, waiting }: WithdrawalView): string {
  return waiting === undefined ? status : `${status}, waits for ${waiting.for}`;
}

function problemsIn({ expected, missing }: Scene, view: WithdrawalView): string[] {
  const problems = missing?.(view).map((what) => `its view lacks ${what}`) ?? [];
  if (view.status !== expected.status) problems.push(`ended ${view.status}, not ${expected.status}`);
  if (expected.message !== undefined && view.error?.message !== expected.message)
    problems.push(`does not say "${expected.message}"`);
  if (expected.code !== undefined && view.error?.code !== expected.code)
    problems.push(`does not give the code ${expected.code}`);
  return problems;
}
