import type { ProviderName } from '../../../domain/providers/index.js';
import { capabilities } from '../../../domain/providers/index.js';

/** How long it says nothing, and how often it then says that it still waits. */
const FIRST_REPORT_MS = 1_000;
const REPORT_EVERY_MS = 10_000;

/** A look-up comes before each settling, and may hang: stderr says what is asked, and since when, while it lasts. */
export async function reportingProgress<Result>(
  provider: ProviderName,
  ask: () => Promise<Result>,
  { firstMs = FIRST_REPORT_MS, everyMs = REPORT_EVERY_MS } = {},
): Promise<Result> {
  const { title, hasLookUp } = capabilities[provider];
  const since = new Date();
  const what = hasLookUp ? `${title} is asked what its record says` : 'a worker is asked to take it';
  const report = () => process.stderr.write(`Since ${since.toISOString()} ${what}; no answer yet.\n`);
  let next = setTimeout(function again() {
    report();
    next = setTimeout(again, everyMs);
  }, firstMs);
  try {
    return await ask();
  } finally {
    clearTimeout(next);
  }
}
