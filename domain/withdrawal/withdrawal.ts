import type { Attention } from './attention.js';
import { gravity } from './attention.js';
import { omitUndefined } from '../omit-undefined.js';
import { latestSend } from '../validation/check-request.js';
import { capabilities } from '../providers/index.js';
import type { WithdrawalState } from './state.js';
import type { WithdrawalRequest } from '../request.js';
import type { LookUpPurpose } from './schedule.js';
import { lookUpDelay } from './schedule.js';
import type { EventName, Status } from './lifecycle.js';
import { isFinal, isHeld, transition } from './lifecycle.js';

/**
 * One withdrawal: what is known of it, and the moves that its life makes. What decides the moves stands beside it, a file a subject:
 * `sending.ts`, `hearing.ts`, `looking-up.ts`, `committing.ts`, `people.ts`. No I/O and no clock of its own: `now` is ms since 1970.
 */
export class Withdrawal {
  constructor(readonly memory: WithdrawalState) {}

  static received(request: WithdrawalRequest, now: number): Withdrawal {
    const withdrawal = new Withdrawal({
      request,
      state: { status: 'received', inDoubt: false },
      since: now,
      policy: { confirmFinal: true, resend: false },
      attempts: [],
      sends: 0,
      isResendReleased: false,
      applied: [],
      doubted: [],
      setAside: [],
      referenceInUse: false,
      contested: false,
      lookUps: { round: 0, nextAt: now },
      tries: { round: 0, nextAt: now },
      reminders: 0,
      cancelWanted: false,
      timeline: [],
    });
    withdrawal.note('received', now);
    return withdrawal;
  }

  get request(): WithdrawalRequest {
    return this.memory.request;
  }

  get status(): Status {
    return this.memory.state.status;
  }

  get isFinal(): boolean {
    return isFinal(this.status);
  }

  get sendBy(): number {
    return Date.parse(latestSend(this.request));
  }

  get providerId(): string | undefined {
    return (this.memory.record ?? this.memory.claim?.record)?.providerId ?? this.memory.earlierProviderId;
  }

  /** Makes the move that the event brings, if it is possible here; a final state never moves. */
  become(event: EventName, now: number, detail?: string): void {
    const next = transition(this.memory.state, event);
    if (next === 'contradicts') return this.note('contradiction', now, detail ?? event);
    if (next === 'not possible') return this.note('ignored', now, `${event} while ${this.status}`);
    const moved = next.status !== this.status;
    this.memory.state = next;
    if (!moved) return;
    this.note(next.status, now, detail);
    this.memory.since = now;
    this.memory.reminders = 0;
    if (this.isFinal) {
      delete this.memory.attention;
      delete this.memory.claim;
    } else if (!this.memory.contested && !this.isStillNeeded(this.memory.attention)) {
      delete this.memory.attention;
    }
    // Accepted where no look-up tells of the end: from now on it waits for a person's word.
    if (isHeld(next.status) && !capabilities[this.request.provider].hasLookUp) this.needPerson('person-confirms', now);
    this.restartLookUps(now);
  }

  /** What a person is asked about stands, whatever else it waits for meanwhile. */
  private isStillNeeded(attention: Attention | undefined): boolean {
    return attention === 'not-ours' || (attention === 'earlier-run' && this.memory.state.inDoubt);
  }

  /** Two words of the provider can't both hold: from here on only a person ends it. */
  contest(detail: string, now: number): void {
    if (!this.memory.contested) this.note('contradiction', now, detail);
    this.memory.contested = true;
    this.needPerson('contradiction', now);
  }

  /** Asks for a person, unless for something graver one is asked already. */
  needPerson(attention: Attention, now: number): void {
    const standing = this.memory.attention;
    if (standing !== undefined && (standing === attention || gravity(standing) > gravity(attention))) return;
    this.memory.attention = attention;
    this.note('attention', now, attention);
  }

  note(event: string, now: number, detail?: string): void {
    const { timeline } = this.memory;
    timeline.push({ at: new Date(now).toISOString(), event, ...omitUndefined({ detail }) });
    if (timeline.length > TIMELINE_LENGTH) timeline.splice(TIMELINE_START, 1);
  }

  /** When the next look-up is due; never, where the provider has none. */
  get lookUpAt(): number {
    return capabilities[this.request.provider].hasLookUp ? this.memory.lookUps.nextAt : Number.POSITIVE_INFINITY;
  }

  get lookUpPurpose(): LookUpPurpose {
    if (this.memory.claim !== undefined && !this.memory.contested) return 'confirm a callback';
    const isOpen = this.status === 'unknown' || this.status === 'awaiting_commit';
    return isOpen ? 'settle an unknown outcome' : 'no callback came';
  }

  /** What stands now is news: looking it up begins anew, soon first. */
  restartLookUps(now: number): void {
    this.memory.lookUps = { round: 0, nextAt: now + lookUpDelay(this.lookUpPurpose, 0, 0) };
  }
}

/** A view stays small: the first entries and the latest ones. */
const TIMELINE_LENGTH = 100;
const TIMELINE_START = 20;
