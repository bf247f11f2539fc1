import type { Plan } from '../plan/plan.js';
import type { WorkflowSandbox } from '../sandbox/sandbox.js';
import type { Actor } from '../world/act.js';
import type { Witness, World } from '../world/world.js';

/** The points of the law (ARCHITECTURE.md and README.md tell it in full) that checks guard, and what follows from them. */
export const law = {
  onePayout: '1. At most one payout per withdrawal',
  unknown: '2. Unknown is a state, never a failure: it is sent again only once it is proven absent',
  finalFate: '3. A closed workflow means that the money’s fate is final',
  finalNeverChanges: '4. Final never changes',
  callbacks: '5. No callback is lost, none is believed unverified',
  amounts: '6. What is sent equals what was asked, digit for digit',
  personalData: '7. Personal data is readable only with the key',
  asks: '8. What waits says so: once faults stop, everything ends or asks',
  sendBy: '9. Nothing is sent after sendBy or an attempt’s notAfter',
  interval: 'CryptoCloud: one create per interval and key',
  replay: 'A replay of every history gives the same commands',
  ownFaults: 'No fault of Outflow’s own',
} as const;

export type LawPoint = keyof typeof law;

export interface Violation {
  point: LawPoint;
  message: string;
}

/** What a check is given. */
export interface CheckContext {
  plan: Plan;
  world: World;
  actor: Actor;
  report: (point: LawPoint, message: string) => void;
  /** Withdrawals that a person resolved against the provider’s books: what that person said is allowed to be wrong. */
  lied: ReadonlySet<string>;
  /** Withdrawals that somebody started once more in Temporal, where the provider’s unique reference is all that holds: it refuses the second. */
  startedAgain: ReadonlySet<string>;
}

/** Guards a part of the law: hears what happens, and reports what must not. */
export interface Check extends Partial<Witness> {
  afterStep?(): void;
  atTheEnd?(sandbox: WorkflowSandbox): void | Promise<void>;
}
