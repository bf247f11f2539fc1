import { condition } from '@temporalio/workflow';

/** Waits until the time, if there is one, or until something that has come makes another step the next one. */
export async function changeOr(
  until: number | undefined,
  hasChanged: () => boolean,
  { now, summary }: { now: number; summary: string },
): Promise<void> {
  if (until === undefined) await condition(hasChanged);
  else await condition(hasChanged, until - now, { summary });
}

/** What a call came to; undefined if something has come meanwhile that makes another step the next one. */
export async function unlessOvertaken<Outcome>(
  outcome: Promise<Outcome>,
  isOvertaken: () => boolean,
): Promise<Outcome | undefined> {
  let isOver = false;
  const overtaken = condition(() => isOver || isOvertaken());
  try {
    return await Promise.race([outcome, overtaken.then(() => undefined)]);
  } finally {
    isOver = true;
  }
}
