/** Runs that once found something, and are carried out by every `npm test` from then on. */
export interface FoundRun {
  seed: number;
  run: number;
  /** What it found: a defect that was mended, or the planted bug that it catches. */
  found: string;
}

export const foundRuns: readonly FoundRun[] = [
  { seed: 1, run: 42, found: 'planted: a time-out is retried' },
  { seed: 1, run: 62, found: 'planted: a recovered run is not in doubt' },
  { seed: 1, run: 69, found: 'planted: a second commit' },
  { seed: 1, run: 96, found: 'planted: ten minutes to send' },
  { seed: 1, run: 173, found: 'planted: sendBy unchecked' },
  { seed: 3, run: 286, found: 'a reset in the midst of continue-as-new (a fault of the harness)' },
];
