import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { LineMemory } from '../domain/line.js';
import { isTurn, Line } from '../domain/line.js';
import { takeTurnUpdate } from './contract.js';

/** A run takes at most 2,000 updates (the server's limit), so a fresh one follows well before. */
const TURNS_PER_RUN = 500;

/**
 * Hands out send times for a provider that allows one create per interval and key. Over any number of workers there is one gate, and it
 * remembers only the line.
 */
export async function gate(memory?: LineMemory): Promise<never> {
  const line = new Line(memory);
  let answered = 0;
  setHandler(takeTurnUpdate, (intervalMs, notAfter) => {
    answered += 1;
    const turn = line.takeTurn(Date.now(), intervalMs, notAfter);
    if (isTurn(turn)) setCurrentDetails(`${turn.place} in line, the last at ${new Date(turn.at).toISOString()}`);
    return turn;
  });
  await condition(() => (answered >= TURNS_PER_RUN || workflowInfo().continueAsNewSuggested) && allHandlersFinished());
  return continueAsNew<typeof gate>(line.memory);
}
