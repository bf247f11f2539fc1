import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import type { Faults } from '../behaviour/fault-plan.js';
import { behaviourOf } from '../behaviour/magic-values.js';
import type { Journal } from '../ledger/journal.js';
import { isFinal, type StatusChange, type Payout, type ProviderName } from '../ledger/payout.js';
import { messageOf, type Log } from '../log.js';
import type { CallbackBody, Provider, SignedCallback } from '../provider-apis/provider.js';
import type { Clock } from '../time/clock.js';
import type { Scheduler } from '../time/scheduler.js';
import type { Sleeper } from '../time/sleeper.js';
import type { Delivery } from './delivery.js';

/** One try to deliver a callback, as `GET /callbacks` shows it. */
export interface CallbackAttempt {
  readonly deliveryId: string;
  readonly provider: ProviderName;
  readonly providerId: string;
  readonly status: string;
  readonly attempt: number;
  readonly sentAt: number;
  readonly body: string;
  /** The bridge's HTTP status, null if it gave none. */
  readonly answered: number | null;
  readonly error: string | null;
  /** When the next try is due, in elapsed time; null if none will follow. */
  readonly nextAt: number | null;
}

/** Cryptopay's documented time-out; the others document none. */
const timeoutMs = 10_000;
const outOfOrderDelayMs = 3_000;

interface Dependencies {
  readonly origin: string;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly sleeper: Sleeper;
  readonly log: Log;
  readonly providerOf: (name: ProviderName) => Provider;
}

/** Delivers callbacks to `{origin}/callbacks/{provider}` until they get a 200, on each provider's schedule. */
export class WebhookSender {
  readonly #dependencies: Dependencies;
  readonly #pending = new Map<string, Delivery>();
  /** The last call about each payout: callbacks of one payout go out in their order. */
  readonly #calls = new Map<string, Promise<unknown>>();
  /** Cancels the attempt of a delivery that is due later. */
  readonly #cancelScheduled = new Map<string, () => void>();
  readonly #agent = new Agent({
    connections: 64,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  attempts: CallbackAttempt[] = [];

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** Sends the callback of a status change, if the provider has one, as the payout's magic value says. */
  async sendFor(row: Payout, change: StatusChange, delayMs: number): Promise<void> {
    const callbacks = behaviourOf(row.provider, row.code)?.callbacks;
    const callback = this.#dependencies.providerOf(row.provider).callbackOf(row, change);
    if (!callback || callbacks === 'none') return;
    const isLate = callbacks === 'final-first' && !isFinal(row.provider, change.status);
    const about = { provider: row.provider, providerId: row.providerId, status: change.status };
    if (callbacks !== 'final-first') this.#sendScheduledNow(about);
    const first = this.send(about, callback, isLate ? outOfOrderDelayMs : delayMs);
    if (callbacks === 'twice') await this.send(about, callback, delayMs);
    await first;
  }

  /** Sends one callback; resolves after its first attempt. */
  async send(
    about: { provider: ProviderName; providerId: string; status: string },
    callback: CallbackBody,
    delayMs: number,
  ): Promise<void> {
    const dueAt = this.#dependencies.clock.elapsed() + delayMs;
    const sent: Delivery = { id: randomUUID(), ...about, ...callback, attempts: 0, dueAt, state: 'pending' };
    this.#store(sent);
    if (delayMs > 0) this.#schedule(sent);
    else await this.#attempt(sent.id);
  }

  /** A first attempt about this payout that is due later goes out now, so that its callbacks keep their order. */
  #sendScheduledNow({ provider, providerId }: { provider: ProviderName; providerId: string }): void {
    for (const waiting of this.#pending.values()) {
      const isFirst = waiting.attempts === 0 && this.#cancelScheduled.has(waiting.id);
      if (isFirst && waiting.provider === provider && waiting.providerId === providerId) void this.#attempt(waiting.id);
    }
  }

  /** Sets a delivery that is in the journal already. */
  restore(stored: Delivery): void {
    if (stored.state === 'pending') this.#pending.set(stored.id, stored);
    else this.#pending.delete(stored.id);
  }

  /** Schedules what the journal held. */
  resume(): void {
    for (const stored of this.#pending.values()) this.#schedule(stored);
  }

  /** Forgets all; resolves when the calls under way have ended, or have been given a second to. */
  async clear(): Promise<void> {
    this.#pending.clear();
    this.#cancelScheduled.clear();
    await Promise.race([Promise.allSettled(this.#calls.values()), this.#dependencies.sleeper.sleep(1000)]);
    this.attempts = [];
  }

  async close(): Promise<void> {
    this.#pending.clear();
    await this.#agent.destroy();
  }

  #schedule({ id, dueAt }: Delivery): void {
    this.#cancelScheduled.set(
      id,
      this.#dependencies.scheduler.schedule(dueAt, () => void this.#attempt(id)),
    );
  }

  #store(next: Delivery): void {
    this.restore(next);
    this.#dependencies.journal.append({ change: 'delivery', delivery: next });
  }

  async #attempt(id: string): Promise<void> {
    const { clock, faults, sleeper, log } = this.#dependencies;
    this.#cancelScheduled.get(id)?.();
    this.#cancelScheduled.delete(id);
    const stored = this.#pending.get(id);
    if (!stored) return;
    const fault = faults.takeForCallback(stored.provider);
    const sentAt = clock.real();
    if (fault?.fault === 'lost') return this.#record(stored, { answered: null, error: 'lost', sentAt }, true);
    if (fault?.fault === 'slow') await sleeper.sleep(fault.ms);
    const provider = this.#dependencies.providerOf(stored.provider);
    let signed = provider.sign(fault?.fault === 'unreadable' ? { ...stored, body: '{"id":' } : stored);
    if (fault?.fault === 'bad-signature') signed = { ...signed, headers: withWrongSignature(signed.headers) };
    if (fault?.fault === 'duplicate') await this.#post(stored, signed);
    const result = await this.#post(stored, signed);
    // Started over, or closed, while the call was under way.
    if (!this.#pending.has(id)) return;
    log('info', 'callback sent', { provider: stored.provider, providerId: stored.providerId, ...result });
    this.#record(stored, { ...result, sentAt }, result.answered === 200);
  }

  async #post({ id, provider, providerId }: Delivery, signed: SignedCallback): Promise<Outcome> {
    const payout = `${provider}/${providerId}`;
    const call = (this.#calls.get(payout) ?? Promise.resolve()).then(() =>
      this.#pending.has(id) ? this.#call(provider, signed) : startedOver,
    );
    this.#calls.set(payout, call);
    const outcome = await call;
    if (this.#calls.get(payout) === call) this.#calls.delete(payout);
    return outcome;
  }

  async #call(provider: ProviderName, { contentType, headers, body }: SignedCallback): Promise<Outcome> {
    try {
      // What the callback says must survive a kill before it is sent.
      await this.#dependencies.journal.settled();
      const response = await request(`${this.#dependencies.origin}/callbacks/${provider}`, {
        method: 'POST',
        headers: { 'content-type': contentType, ...headers },
        body,
        dispatcher: this.#agent,
      });
      await response.body.dump();
      return { answered: response.statusCode, error: null };
    } catch (error) {
      return { answered: null, error: messageOf(error) };
    }
  }

  #record(stored: Delivery, outcome: Outcome & { sentAt: number }, done: boolean): void {
    const attempt = stored.attempts + 1;
    const delay = this.#dependencies.providerOf(stored.provider).retryDelays[stored.attempts];
    const nextAt = done || delay === undefined ? null : this.#dependencies.clock.elapsed() + delay;
    const { id, provider, providerId, status, body } = stored;
    this.attempts.push({ deliveryId: id, provider, providerId, status, attempt, body, ...outcome, nextAt });
    const state = done ? 'delivered' : nextAt === null ? 'given up' : 'pending';
    const next: Delivery = { ...stored, attempts: attempt, dueAt: nextAt ?? stored.dueAt, state };
    this.#store(next);
    if (state === 'pending') this.#schedule(next);
  }
}

interface Outcome {
  readonly answered: number | null;
  readonly error: string | null;
}

const startedOver: Outcome = { answered: null, error: 'started over' };

function withWrongSignature(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      name.endsWith('signature') ? value.replace(/./, (first) => (first === '0' ? '1' : '0')) : value,
    ]),
  );
}
