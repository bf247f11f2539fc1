import { withdrawalIdOf, workflowIdOf } from '../../contract/ids.js';
import type { Payout } from '../../simulator/ledger/payout.js';
import type { Plan } from '../plan/plan.js';
import type { WorkflowSandbox } from '../sandbox/sandbox.js';
import type { HistoryEvent } from '../temporal/history.js';
import type { Run } from '../temporal/run.js';
import type { Actor, Deeds } from '../world/act.js';
import type { ReceivedAnswer, SentRequest } from '../world/network.js';
import type { Witness, World, WrittenRequest } from '../world/world.js';
import { textIn } from '../world/world.js';
import { amountsAreAsAsked } from './amounts.js';
import { callbacksAreTaken } from './callbacks.js';
import type { Check, LawPoint, Violation } from './check.js';
import { endsAgreeWithTheBooks } from './ends.js';
import { endsRestOnEvidence } from './evidence.js';
import { onePayoutAtMost } from './one-payout.js';
import { ownFaults } from './own-faults.js';
import { nothingPersonalInClear } from './personal-data.js';
import { everythingEndsOrAsks } from './waiting.js';
import { sendsAreAllowed } from './sending.js';

export type { Violation } from './check.js';

/** All checks of a run: they hear what happens, step by step, and keep what they find wrong. */
export class Checks implements Witness, Deeds {
  readonly violations: Violation[] = [];
  readonly #plan: Plan;
  readonly #checks: Check[] = [];
  readonly #lied = new Set<string>();
  readonly #startedAgain = new Set<string>();
  readonly #forged = new Set<SentRequest>();
  #world: World | undefined;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** Before anything happens. */
  watch(world: World, actor: Actor): void {
    this.#world = world;
    const report = (point: LawPoint, message: string) => this.report(point, message);
    const context = {
      plan: this.#plan,
      world,
      actor,
      report,
      lied: this.#lied,
      startedAgain: this.#startedAgain,
    };
    this.#checks.push(
      onePayoutAtMost(context),
      sendsAreAllowed(context),
      endsAgreeWithTheBooks(context),
      callbacksAreTaken({ ...context, forged: this.#forged }),
      endsRestOnEvidence(context),
      amountsAreAsAsked(context),
      nothingPersonalInClear(context),
      everythingEndsOrAsks(context),
      ownFaults(context),
    );
  }

  report(point: LawPoint, message: string): void {
    this.violations.push({ point, message });
    this.#world?.trace.note(`VIOLATION ${point}: ${message}`);
  }

  // --- What people know -------------------------------------------------------------------------------------------------

  /** Whether every withdrawal that was submitted has ended. */
  allEnded(): boolean {
    return this.#latestRuns().every((run) => run.status !== 'RUNNING');
  }

  /** Withdrawals that ask for a person. */
  asking(): string[] {
    return this.#latestRuns()
      .filter((run) => run.status === 'RUNNING' && textIn(run.searchAttributes['WithdrawalAttention']) !== undefined)
      .map(({ workflowId }) => withdrawalIdOf(workflowId));
  }

  /** How each withdrawal ended, or where it stands. */
  ends(): Record<string, string> {
    return Object.fromEntries(
      this.#latestRuns().map((run) => {
        const { WithdrawalStatus, WithdrawalAttention } = run.searchAttributes;
        const attention = textIn(WithdrawalAttention);
        return [
          withdrawalIdOf(run.workflowId),
          `${run.status} ${textIn(WithdrawalStatus) ?? ''}${attention === undefined ? '' : `, ${attention}`}`,
        ];
      }),
    );
  }

  #latestRuns(): Run[] {
    return this.#plan.withdrawals
      .map(({ request }) => this.#world?.server.find(workflowIdOf(request.withdrawalId)))
      .filter((run) => run !== undefined);
  }

  // --- What happens ----------------------------------------------------------------------------------------------------

  afterStep(): void {
    for (const check of this.#checks) check.afterStep?.();
  }

  async atTheEnd(sandbox: WorkflowSandbox): Promise<void> {
    for (const check of this.#checks) await check.atTheEnd?.(sandbox);
  }

  recorded(run: Run, event: HistoryEvent): void {
    for (const check of this.#checks) check.recorded?.(run, event);
  }

  taskFailed(run: Run, message: string): void {
    for (const check of this.#checks) check.taskFailed?.(run, message);
  }

  payoutChanged(payout: Payout): void {
    for (const check of this.#checks) check.payoutChanged?.(payout);
  }

  written(request: WrittenRequest): void {
    for (const check of this.#checks) check.written?.(request);
  }

  answered(request: WrittenRequest, answer: ReceivedAnswer): void {
    for (const check of this.#checks) check.answered?.(request, answer);
  }

  logged(run: Run, line: Parameters<Witness['logged']>[1]): void {
    for (const check of this.#checks) check.logged?.(run, line);
  }

  callbackAnswered(callback: SentRequest, status: number, isAuthentic: boolean): void {
    for (const check of this.#checks) check.callbackAnswered?.(callback, status, isAuthentic);
  }

  startedAgain(withdrawalId: string): void {
    this.#startedAgain.add(withdrawalId);
  }

  lied(withdrawalId: string): void {
    this.#lied.add(withdrawalId);
  }

  forged(callback: SentRequest): void {
    this.#forged.add(callback);
  }
}
