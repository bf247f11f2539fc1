import type { Client } from '@temporalio/client';
import type { ActionRequest, Outflow, WithdrawalView } from '../../../client/index.js';
import type { ExitName } from '../../output/exit-codes.js';
import type { Outcome } from '../outcome.js';

/** An option of one action, required always or with certain others. `--by` and `--reason` are every action's. */
export interface ActionOption {
  /** As in `--txid <id>`. */
  flags: string;
  description: string;
  choices?: readonly string[];
  /** With which others it is required; always, if left out. */
  requiredWith?: (given: Readonly<Record<string, unknown>>) => boolean;
}

/** Outflow's client, and the client of Temporal that it uses. */
export interface Clients {
  outflow: Outflow;
  temporal: Client;
}

/** What an operator can do about a withdrawal or a case: one row, from which the command, its help and docs/operator-actions.md are made. */
export interface OperatorActionRow<Options extends object = object> {
  on: 'withdrawal' | 'case';
  /** What it does, and when it may be used. */
  description: string;
  options?: readonly ActionOption[];
  /** What it prints once it is done. */
  prints: string;
  /** How it may end, beside `done`, wrong usage and a Temporal that can't be reached. */
  exits: readonly ExitName[];
  /** The client's call. `given` holds the options by their names. */
  perform(clients: Clients, id: string, given: ActionRequest & Options): Promise<Outcome>;
  /** It can also be done at once to all withdrawals of one provider that need a person for one reason. */
  toAll?: ActionToAll;
}

export interface ActionToAll {
  /** As in `Retrying 7 …`. */
  doing: string;
  /** As in `w-1: retried`. */
  done: string;
  perform(
    outflow: Outflow,
    id: string,
    action: ActionRequest,
  ): Promise<Pick<WithdrawalView, 'withdrawalId' | 'status'>>;
}
