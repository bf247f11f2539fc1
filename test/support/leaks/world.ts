import { inspect } from 'node:util';
import type { Client } from '@temporalio/client';
import type { WithdrawalRequest } from '../../../client/index.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { outflow, type Ran } from '../outflow-command.js';
import { requestTo } from '../requests.js';
import type { RunningStack } from '../stack.js';
import type { Canaries } from './canaries.js';

/** All of Outflow, and the personal data that it is given. */
export interface World {
  stack: RunningStack;
  /** Reads and writes Temporal as an app of ours does. */
  temporal: Client;
  /** What Temporal holds of it, encrypted. */
  kept: Canaries;
  /** What is refused, or of no use, before anything is stored: it is held nowhere. */
  unkept: Canaries;
  /** All that was said to operators and apps, where it must name no data: errors, and what commands printed. */
  said: string[];
}

/** Submits a withdrawal whose personal fields are all canaries, and answers its id. */
export async function submitted(
  world: World,
  withdrawalId: string,
  provider: ProviderName,
  changes: Partial<WithdrawalRequest> = {},
): Promise<string> {
  await world.stack.outflow.submit(requestWith(world.kept, withdrawalId, provider, changes));
  return withdrawalId;
}

/** Such a request. To CryptoProcessing, whose id ends in `legal`: between companies. */
export function requestWith(
  canaries: Canaries,
  withdrawalId: string,
  provider: ProviderName,
  changes: Partial<WithdrawalRequest> = {},
): WithdrawalRequest {
  const base = requestTo[provider]();
  const paid = changes.convertTo ?? changes.currency ?? base.convertTo ?? base.currency;
  const chain = paid === 'XRP' ? 'ripple' : paid.startsWith('USDT') ? 'tron' : 'bitcoin';
  return {
    ...base,
    withdrawalId,
    address: canaries.address(`${withdrawalId}.address`, chain),
    endUserReference: canaries.word(`${withdrawalId}.endUserReference`),
    ...(paid === 'XRP' && { tag: canaries.tag(`${withdrawalId}.tag`) }),
    ...(provider === 'cryptoprocessing' && personsIn(canaries, withdrawalId)),
    ...changes,
    ...(provider === 'cryptopay' && {
      cryptopay: { ...changes.cryptopay, customerId: canaries.word(`${withdrawalId}.customerId`) },
    }),
  };
}

function personsIn(canaries: Canaries, withdrawalId: string): Pick<WithdrawalRequest, 'sender' | 'receiver'> {
  const kind = withdrawalId.endsWith('legal') ? 'legal' : 'natural';
  const sender = `${withdrawalId}.sender`;
  return {
    sender: { ...canaries[kind](sender), email: canaries.email(sender) },
    receiver: canaries[kind](`${withdrawalId}.receiver`),
  };
}

/** Who acts, why, and for whom. */
export function whoAndWhy(canaries: Canaries, of: string) {
  return {
    by: canaries.text(`${of}.by`),
    onBehalfOf: canaries.text(`${of}.onBehalfOf`),
    reason: canaries.text(`${of}.reason`),
  };
}

/** It must be refused; what the error says is kept. */
export async function refused({ said }: World, attempt: Promise<unknown>): Promise<void> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it was not refused');
  said.push(inspect(error, { depth: 10 }), JSON.stringify(error));
}

/** Runs a command beside the stack; what it prints is kept. */
export async function command({ stack, said }: World, args: string[], input = ''): Promise<Ran> {
  const ran = await outflow(args, stack.environment, input);
  said.push(ran.stdout, ran.stderr);
  return ran;
}
