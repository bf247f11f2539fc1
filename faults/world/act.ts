import { createHmac } from 'node:crypto';
import { withdrawalIdOf, workflowIdOf, workflowIds } from '../../contract/ids.js';
import { paidStatus } from '../../simulator/ledger/payout.js';
import type { Payout } from '../../simulator/ledger/payout.js';
import type { ResolutionRequest } from '../../domain/withdrawal/operator-actions/resolve.js';
import type { Act, CallbackTrick, Target } from '../plan/plan.js';
import { BRIDGE_ORIGIN } from './provider-side.js';
import type { SentRequest } from './network.js';
import { sleep } from './process.js';
import type { World } from './world.js';
import { firstCredentials } from './world.js';

/** What the checks must know of what people and providers were made to do. */
export interface Deeds {
  /** Withdrawals that a person resolved against the books. */
  lied(withdrawalId: string): void;
  /** Somebody started it once more, and the provider’s unique reference is all that holds. */
  startedAgain(withdrawalId: string): void;
  /** The provider never sent this, in these bytes: it must not be believed. */
  forged(callback: SentRequest): void;
}

const person = { by: 'Ada', reason: 'by the plan' };

/** Carries out the plan’s faults. */
export class Actor {
  readonly #world: World;
  readonly #deeds: Deeds;
  #done = 0;
  #under = 0;

  constructor(world: World, deeds: Deeds) {
    this.#world = world;
    this.#deeds = deeds;
  }

  /** Whether something that was begun is still to be undone: a process that is down, a network that hangs. */
  get isBusy(): boolean {
    return this.#under > 0;
  }

  async perform(act: Act, subject: string | undefined): Promise<void> {
    this.#under += 1;
    this.#world.trace.note(`FAULT ${JSON.stringify(act)}`);
    try {
      await this.#do(act, subject);
    } catch (error) {
      this.#world.trace.note(
        `${act.do}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
      );
    } finally {
      this.#under -= 1;
    }
  }

  async #do(act: Act, subject: string | undefined): Promise<void> {
    const world = this.#world;
    switch (act.do) {
      case 'kill worker': {
        const worker = world.workers[this.#worker(act.worker, subject)];
        worker?.kill();
        await sleep(act.downMs);
        return worker?.start();
      }
      case 'workers down':
        for (const worker of world.workers) worker.kill();
        await sleep(act.ms);
        for (const worker of world.workers) worker.start();
        return;
      case 'pause worker': {
        const place = this.#worker(act.worker, subject);
        world.workerProcesses[place]?.pause();
        await sleep(act.ms);
        return world.workers[place]?.resume();
      }
      case 'evict workflows':
        return world.workers[this.#worker(act.worker, subject)]?.evictAll();
      case 'move clock': {
        const process = world.workerProcesses[this.#worker(act.worker, subject)];
        if (process !== undefined) process.skewMs += act.byMs;
        return;
      }
      case 'temporal down':
        world.server.clock.goDown();
        await sleep(act.ms);
        return world.server.clock.comeUp();
      case 'lose answers of temporal':
        world.answersToLose += act.count;
        return;
      case 'bridge down':
        world.bridge.kill();
        await sleep(act.ms);
        return world.bridge.start();
      case 'refuse connections':
        world.connections = act.how;
        await sleep(act.ms);
        world.connections = 'stand';
        return;
      case 'slow network':
        world.networkDelayMs += act.delayMs;
        await sleep(act.ms);
        world.networkDelayMs -= act.delayMs;
        return;
      case 'rotate api key':
        return this.#rotateApiKey(act.workersKnowAfterMs);
      case 'rotate callback secrets':
        return this.#rotateCallbackSecrets();
      case 'start again':
        return this.#startAgain(this.#withdrawal(act.withdrawal, subject));
      case 'cancel':
        return this.#several(act.times, () => world.app.cancel(this.#withdrawal(act.withdrawal, subject), person));
      case 'cancel in temporal': {
        const workflowId = workflowIdOf(this.#withdrawal(act.withdrawal, subject));
        await world.client.workflow.getHandle(workflowId).cancel();
        return;
      }
      case 'retry':
        return this.#several(act.times, () => world.app.retryNow(this.#withdrawal(act.withdrawal, subject), person));
      case 'resolve':
        return this.resolve(this.#withdrawal(act.withdrawal, subject), act.outcome);
      case 'submit again':
        return this.#submitAgain(act, subject);
      case 'suggest continue-as-new': {
        const run = world.server.find(workflowIdOf(this.#withdrawal(act.withdrawal, subject)));
        const limiter = world.server.find(workflowIds.rateLimiter('cryptocloud'));
        for (const one of [run, limiter]) if (one !== undefined) world.server.suggestContinueAsNew(one);
        return;
      }
      case 'reset':
        return this.#reset(this.#withdrawal(act.withdrawal, subject), act.task);
      case 'terminate': {
        const withdrawalId = this.#withdrawal(act.withdrawal, subject);
        world.server.terminate(workflowIdOf(withdrawalId), 'by the plan');
        await sleep(act.recoverAfterMs);
        await world.app.recover(withdrawalId, person);
        return;
      }
      case 'send callback':
        return this.#sendCallback(this.#withdrawal(act.withdrawal, subject), act.how);
      case 'act at provider':
        return this.#actAtProvider(this.#withdrawal(act.withdrawal, subject), act.action);
    }
  }

  /**
   * What people do about a withdrawal that asks for them: they set the workers’ clocks, see to it that its provider ends it, and say what the
   * provider’s books say.
   */
  async settle(withdrawalId: string): Promise<void> {
    for (const process of this.#world.workerProcesses) process.skewMs = 0;
    for (const action of ['approve', 'confirm'] as const) this.#actAtProvider(withdrawalId, action);
    await this.perform({ do: 'resolve', withdrawal: this.#world.indexOf(withdrawalId), outcome: 'honest' }, undefined);
  }

  /** As a person would who has seen the provider’s books, or, in a lie, against them. */
  async resolve(withdrawalId: string, outcome: 'confirmed' | 'notPaid' | 'honest'): Promise<void> {
    const rows = this.rowsOf(withdrawalId);
    const paid = rows.find(({ debits }) => debits > 0);
    const isOpen = rows.some(
      (row) => row.debits === 0 && !['declined', 'cancelled'].includes(row.history.at(-1)?.status ?? ''),
    );
    if (outcome === 'honest' && paid === undefined && isOpen) return; // they would wait for the provider
    const truth = paid === undefined ? 'notPaid' : 'confirmed';
    const said = outcome === 'honest' ? truth : outcome;
    const evidence = 'the provider’s dashboard';
    const resolution: ResolutionRequest =
      said === 'confirmed'
        ? { ...person, evidence, outcome: said, txid: paid?.txid ?? 'aa'.repeat(16) }
        : { ...person, evidence, outcome: said };
    // Who says so within minutes of a send can't know: the provider may store it late.
    const sentAt = this.#world.lastCreateAt.get(withdrawalId);
    const isHasty = sentAt === undefined || Date.now() - sentAt < 5 * 60_000;
    if (said !== truth || (said === 'notPaid' && (isOpen || isHasty))) this.#deeds.lied(withdrawalId);
    const { resolved } = await this.#world.app.resolve(withdrawalId, resolution);
    this.#world.trace.note(`resolve ${withdrawalId} ${said}: ${resolved ? 'taken' : 'refused'}`);
  }

  /** What the books hold of it: found by its address, which no other of the plan has. */
  rowsOf(withdrawalId: string): Payout[] {
    const planned = this.#world.plan.withdrawals.find(({ request }) => request.withdrawalId === withdrawalId);
    return this.#world.providers.payouts().filter((row) => row.address === planned?.request.address);
  }

  // --- Whose -----------------------------------------------------------------------------------------------------------

  #worker(target: Target, subject: string | undefined): number {
    if (target !== 'subject') return target;
    return subject?.includes('worker 2') === true ? 1 : 0;
  }

  #withdrawal(target: Target, subject: string | undefined): string {
    if (target !== 'subject') return this.#world.withdrawalId(target);
    return subject?.startsWith('withdrawal/') === true
      ? withdrawalIdOf(subject.split(' ')[0] ?? '')
      : this.#world.withdrawalId(0);
  }

  // --- Single faults ---------------------------------------------------------------------------------------------------

  async #several(times: number, once: () => Promise<unknown>): Promise<void> {
    const results = await Promise.allSettled(Array.from({ length: times }, once));
    for (const result of results)
      if (result.status === 'rejected') this.#world.trace.note(`refused: ${(result.reason as Error).message}`);
  }

  async #rotateApiKey(workersKnowAfterMs: number): Promise<void> {
    const world = this.#world;
    this.#done += 1;
    const next = { ...world.workersKnow, key: `key-${this.#done}` };
    world.providers.wiring.setCredentials(next);
    await sleep(workersKnowAfterMs);
    world.workersKnow = next;
    for (const [place, worker] of world.workers.entries()) {
      if (world.workerProcesses[place]?.isUp !== true) continue;
      worker.kill();
      worker.start();
    }
  }

  /** The bridge learns both, then the provider changes, then the old ones go. */
  async #rotateCallbackSecrets(): Promise<void> {
    const { bridge, providers, workersKnow } = this.#world;
    const callbackSecret = 'next-callback-secret';
    bridge.secrets = { ...bridge.secrets, callbackSecret: `${callbackSecret},${workersKnow.callbackSecret}` };
    if (bridge.isUp) bridge.start();
    await sleep(1_000);
    this.#world.workersKnow = { ...this.#world.workersKnow, callbackSecret };
    providers.wiring.setCredentials({ ...this.#world.workersKnow });
  }

  async #submitAgain(
    { withdrawal, change, times, afterMs }: Act & { do: 'submit again' },
    subject: string | undefined,
  ): Promise<void> {
    const { plan, app } = this.#world;
    const withdrawalId = this.#withdrawal(withdrawal, subject);
    const planned = plan.withdrawals.find(({ request }) => request.withdrawalId === withdrawalId);
    // Before that, a changed request would simply be the first.
    if (planned === undefined || !this.#world.submitted.has(withdrawalId)) return;
    await sleep(afterMs);
    const changes =
      change === 'amount'
        ? { amount: '7.5' }
        : change === 'address'
          ? { address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc' }
          : {};
    await this.#several(times, () => app.submit({ ...planned.request, ...changes }));
  }

  #startAgain(withdrawalId: string): void {
    const { server } = this.#world;
    const run = server.find(workflowIdOf(withdrawalId));
    const first = run?.history[0];
    if (run === undefined || first?.type !== 'started' || run.status === 'RUNNING') return;
    const { workflowId, workflowType } = run;
    const provider = this.#world.plan.withdrawals.find(({ request }) => request.withdrawalId === withdrawalId)?.request
      .provider;
    const isUnique =
      provider === 'cryptoprocessing' ||
      provider === 'cryptopay' ||
      (provider === 'alphapo' && this.#world.plan.settings.resendAlphapo);
    if (isUnique) this.#deeds.startedAgain(withdrawalId);
    server.start({ workflowId, workflowType, input: first.input, reuse: 'allow', conflict: 'fail' });
  }

  #reset(withdrawalId: string, task: number): void {
    const { server } = this.#world;
    const run = server.find(workflowIdOf(withdrawalId));
    const started = run?.history
      .filter(({ type }) => type === 'taskCompleted')
      .map((event) => (event.type === 'taskCompleted' ? event.startedId : 0));
    const at = started?.[Math.min(task, started.length) - 1];
    if (run === undefined || at === undefined || run.status === 'COMPLETED') return;
    server.reset(run, at);
  }

  #actAtProvider(withdrawalId: string, action: 'confirm' | 'approve' | 'decline' | 'cancel'): void {
    const { wiring } = this.#world.providers;
    for (const row of this.rowsOf(withdrawalId)) {
      const rule = wiring.providers[row.provider].actions[action];
      if (rule?.from.includes(row.history.at(-1)?.status ?? '') !== true) continue;
      wiring.context.scriptRunner.replaceScript(row, rule.steps);
    }
  }

  async #sendCallback(withdrawalId: string, how: CallbackTrick): Promise<void> {
    const [row] = this.rowsOf(withdrawalId);
    if (row === undefined) return;
    const { wiring } = this.#world.providers;
    const provider = wiring.providers[row.provider];
    const changes = how === 'old' ? row.history : row.history.toReversed();
    const [callback] = changes.map((change) => provider.callbackOf(row, change)).filter((one) => one !== null);
    const final = provider.callbackOf(row, { status: paidStatus[row.provider], error: '', at: 0 });
    // What the provider has not said, it signs for nobody.
    const base = callback ?? (how === 'old' || how === 'repeated' ? null : final);
    if (base === null) return;
    const { contentType } = base;
    const signed = (body: string) => provider.sign({ contentType, body });
    const other =
      this.#world.plan.withdrawals.find(({ request }) => request.withdrawalId !== withdrawalId)?.request.withdrawalId ??
      'another';
    const sent = {
      old: () => signed(base.body),
      repeated: () => signed(base.body),
      forged: () => {
        const { body } = final ?? base;
        const signature = createHmac('sha512', 'not-the-secret').update(body).digest('hex');
        const headers = {
          'x-processing-key': firstCredentials.key,
          'x-processing-signature': signature,
          'x-cryptopay-signature': signature,
        };
        return { contentType, body, headers };
      },
      altered: () => {
        const { headers, body } = signed(base.body);
        const altered = body.replace(/"status":"\w+"/, `"status": "${paidStatus[row.provider]}"`);
        return { contentType, headers, body: altered };
      },
      'unknown word': () => signed(base.body.replace(/"status":"\w+"/, '"status":"meditating"')),
      'unknown reference': () => signed(base.body.replaceAll(withdrawalId, 'nobody-knows-me')),
      'of another': () => signed(base.body.replaceAll(`"${withdrawalId}"`, `"${other}"`)),
    }[how]();
    const headers = { 'content-type': contentType, ...sent.headers };
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const request = {
      origin: BRIDGE_ORIGIN,
      method: 'POST',
      path: `/callbacks/${row.provider}`,
      headers: lower,
      body: sent.body,
    };
    // CryptoCloud's token covers the id alone.
    if (how === 'forged' || (how === 'altered' && row.provider !== 'cryptocloud')) this.#deeds.forged(request);
    await this.#world.exchange(request, undefined);
  }
}
