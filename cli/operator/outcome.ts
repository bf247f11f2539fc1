import type { ExitName } from '../output/exit-codes.js';
import { setExit } from '../output/exit-codes.js';
import { printJson } from '../output/text.js';

/** What a command came to: for people, for scripts (`--json`), and the exit code where it is not 0. */
export interface Outcome {
  text: readonly string[];
  json: unknown;
  /** What the text says of itself, for those who read JSON: it goes to stderr. */
  note?: string;
  exit?: ExitName;
}

export function printOutcome({ text, json, note, exit }: Outcome, asJson: true | undefined): void {
  if (asJson === true) {
    if (note !== undefined) process.stderr.write(`${note}\n`);
    printJson(json);
  } else {
    console.log(text.join('\n'));
  }
  if (exit !== undefined) setExit(exit);
}
