import { isGiven } from '../../sandbox/protocol.js';
import type { HistoryEvent } from '../history.js';
import type { Run } from '../run.js';
import type { ServerClock } from '../server-clock.js';

/** What the index holds of a run. */
interface Indexed {
  run: Run;
  status: Run['status'];
  attributes: Record<string, unknown>;
}

/** Temporal's index of runs, which learns of each change a moment late. */
export class Visibility {
  readonly #entries = new Map<string, Indexed>();
  readonly #clock: ServerClock;
  readonly #lagMs: number;

  constructor(clock: ServerClock, lagMs: number) {
    this.#clock = clock;
    this.#lagMs = lagMs;
  }

  recorded(run: Run, { type }: HistoryEvent): void {
    if (
      type !== 'started' &&
      type !== 'upserted' &&
      !['completed', 'failed', 'continuedAsNew', 'terminated'].includes(type)
    )
      return;
    this.#clock.after(this.#lagMs, () => {
      const { status, searchAttributes } = run;
      const attributes = Object.fromEntries(
        Object.entries(searchAttributes).map(([name, { data }]) => [
          name,
          !isGiven(data) || data.length === 0 ? null : valueOf(data),
        ]),
      );
      this.#entries.set(run.runId, { run, status, attributes });
    });
  }

  /** Runs that a query finds, the latest first. It understands `Name = 'value'` and `Name != 'value'`, joined by AND. */
  list(query: string): Indexed[] {
    const conditions = query.split(' AND ').map((part) => {
      const [, name = '', sign = '', value = ''] = /^(\w+) (=|!=) '([^']*)'$/.exec(part) ?? [];
      if (name === '') throw new Error(`a query that the stand-in doesn't know: ${query}`);
      return { name, isEqual: sign === '=', value };
    });
    return [...this.#entries.values()]
      .filter((entry) => conditions.every(({ name, isEqual, value }) => (fieldOf(entry, name) === value) === isEqual))
      .toReversed();
  }
}

const statusNames = {
  RUNNING: 'Running',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  TERMINATED: 'Terminated',
  CONTINUED_AS_NEW: 'ContinuedAsNew',
};

function fieldOf({ run, status, attributes }: Indexed, name: string): unknown {
  if (name === 'WorkflowId') return run.workflowId;
  if (name === 'WorkflowType') return run.workflowType;
  return name === 'ExecutionStatus' ? statusNames[status] : attributes[name];
}

function valueOf(data: Uint8Array): unknown {
  const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
  return Array.isArray(value) ? value[0] : value;
}
