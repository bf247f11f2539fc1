import type { HistoryEvent } from './history.js';
import type { PendingActivity, Run, Update } from './run.js';

/** A workflow task on its way to a worker. */
export interface DispatchedTask {
  run: Run;
  token: number;
  history: readonly HistoryEvent[];
  updates: readonly Pick<Update, 'id' | 'name' | 'input'>[];
}

/** A process that asks the server for tasks. */
export interface Poller {
  readonly name: string;
  /** Whether it takes tasks of this queue now. */
  polls(queue: string): boolean;
  takeWorkflowTask(task: DispatchedTask): void;
  takeActivityTask(run: Run, activity: PendingActivity, attempt: number): void;
}
