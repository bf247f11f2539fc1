import type { WithdrawalRequest } from '../../domain/request.js';
import type { Fault as ProviderFault } from '../../simulator/behaviour/faults.js';
import type { ModeValues } from '../../simulator/behaviour/modes.js';
import type { Moment } from '../world/trace.js';

/** All of a run that is not Outflow: what is asked for, under which settings, and what goes wrong. Plain JSON. */
export interface Plan {
  withdrawals: PlannedWithdrawal[];
  settings: PlannedSettings;
  /** How the providers behave where their documents are silent. */
  modes: Partial<ModeValues>;
  /** What the providers do wrong with requests and callbacks, in turn. */
  providerFaults: ProviderFault[];
  faults: PlannedFault[];
}

export interface PlannedWithdrawal {
  request: WithdrawalRequest;
  /** Since the run began, ms. */
  submitAt: number;
}

export interface PlannedSettings {
  confirmFinal: boolean;
  /** AlphaPo’s; those of the others are as they are by default. */
  resendAlphapo: boolean;
  postback: 'ask' | 'confirm';
  retentionHours: number;
  /** Temporal’s index learns of a change so much later. */
  indexLagMs: number;
  /** Workers have forgotten a run at one task of so many; 0: never by themselves. */
  forgetsOneIn: number;
  /** How far the clocks of the workers are ahead, ms. */
  skewsMs: number[];
  /** Cryptopay’s account limits and CryptoCloud’s are left as they are; above this amount the processing family’s Owner must approve. */
  ownerLimit?: string;
}

export interface PlannedFault {
  when: Trigger;
  act: Act;
}

/** At a time, or so long after something has happened for the nth time. */
export type Trigger = { at: number } | { moment: Moment; nth: number; afterMs: number };

/** `subject`: the withdrawal or worker of the moment that set it off. A number: that of the plan. */
export type Target = 'subject' | number;

export type Act =
  | { do: 'kill worker'; worker: Target; downMs: number }
  | { do: 'workers down'; ms: number }
  | { do: 'pause worker'; worker: Target; ms: number }
  | { do: 'evict workflows'; worker: Target }
  | { do: 'move clock'; worker: Target; byMs: number }
  | { do: 'temporal down'; ms: number }
  | { do: 'lose answers of temporal'; count: number }
  | { do: 'bridge down'; ms: number }
  | { do: 'refuse connections'; ms: number; how: 'refused' | 'hangs' }
  | { do: 'slow network'; ms: number; delayMs: number }
  | { do: 'rotate api key'; workersKnowAfterMs: number }
  | { do: 'rotate callback secrets' }
  /** Somebody who reaches Temporal starts it once more with a copy of what it was started with, where Temporal lets them. */
  | { do: 'start again'; withdrawal: Target }
  | { do: 'cancel'; withdrawal: Target; times: number }
  | { do: 'cancel in temporal'; withdrawal: Target }
  | { do: 'retry'; withdrawal: Target; times: number }
  | { do: 'resolve'; withdrawal: Target; outcome: 'confirmed' | 'notPaid' | 'honest' }
  | { do: 'submit again'; withdrawal: Target; change: 'none' | 'amount' | 'address'; times: number; afterMs: number }
  | { do: 'suggest continue-as-new'; withdrawal: Target }
  | { do: 'reset'; withdrawal: Target; task: number }
  | { do: 'terminate'; withdrawal: Target; recoverAfterMs: number }
  | { do: 'send callback'; withdrawal: Target; how: CallbackTrick }
  | { do: 'act at provider'; withdrawal: Target; action: 'confirm' | 'approve' | 'decline' | 'cancel' };

/** What comes to the bridge beside what the provider sends. */
export type CallbackTrick =
  /** The first one again, word for word. */
  | 'old'
  /** The latest one again. */
  | 'repeated'
  /** Not signed by the provider. */
  | 'forged'
  /** Signed, and one field changed after. */
  | 'altered'
  /** Signed, with a status that is in no table. */
  | 'unknown word'
  /** Signed, about a withdrawal that nobody knows. */
  | 'unknown reference'
  /** Signed, and another withdrawal’s reference in it. */
  | 'of another';
