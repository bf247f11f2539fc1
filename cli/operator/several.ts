import { concurrently } from '../../client/concurrently.js';
import { textOf } from '../output/error-text.js';
import { setExit } from '../output/exit-codes.js';
import { printJson } from '../output/text.js';

/** Does something with each, whatever becomes of the others; answers how many failed, and sets the exit code if any did. */
export async function forEach<Item>(
  items: readonly Item[],
  atOnce: number,
  perform: (item: Item) => Promise<void>,
  onFailure: (item: Item, error: unknown) => void,
): Promise<number> {
  let failed = 0;
  await concurrently(items, atOnce, async (item) => {
    try {
      await perform(item);
    } catch (error) {
      failed += 1;
      onFailure(item, error);
    }
  });
  if (failed > 0) setExit('someFailed');
  return failed;
}

/** One of several that failed: its line, as the others have theirs. */
export function reportFailure(withdrawalId: string, what: string, error: unknown, json?: boolean): void {
  const message = textOf(error);
  const { name } = error instanceof Error ? error : new Error(message);
  if (json === true) printJson({ withdrawalId, error: { name, message } });
  else console.log(`${withdrawalId}: ${what}: ${message}`);
}
