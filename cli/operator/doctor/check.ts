/** What doctor finds of one thing. */
export interface Check {
  check: string;
  /** Nothing is wrong. */
  ok: boolean;
  found: string;
  /** What to do, where it isn't well. */
  advice?: string;
  /** Why it was not looked at, where it needed no look; of what is switched off, that it is. */
  skipped?: 'not used' | 'not checked' | 'OFF';
}
