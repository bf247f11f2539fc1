/** Runs that once found something, and are carried out by every `npm test` from then on. */
export interface FoundRun {
  seed: number;
  run: number;
  /** What it found: a defect that was mended, or the planted bug that it catches. */
  found: string;
}

export const foundRuns: readonly FoundRun[] = [
  {
    seed: 1,
    run: 5,
    found: 'planted: a time-out that is retried; sending without looking; a killed call that counts as not sent',
  },
  { seed: 1, run: 7, found: 'planted: an answer that never came, taken for not sent' },
  { seed: 1, run: 9, found: 'planted: a zombie that writes after notAfter' },
  { seed: 1, run: 15, found: 'planted: absence proven within a minute' },
  { seed: 1, run: 23, found: 'planted: an unreadable answer, taken for not sent' },
  { seed: 1, run: 173, found: 'planted: sendBy unchecked' },
  { seed: 3, run: 286, found: 'a reset in the midst of continue-as-new (a fault of the harness)' },
];
