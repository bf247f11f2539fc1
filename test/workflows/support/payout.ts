import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ProviderRecord } from '../../../domain/record.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import type { Status } from '../../../domain/withdrawal/lifecycle.js';
import type { WithdrawalView } from '../../../domain/withdrawal/view.js';
import type { ActionAnswer, ActionRequest } from '../../../domain/withdrawal/operator-actions/action.js';
import type { ResolutionRequest } from '../../../domain/withdrawal/operator-actions/resolve.js';
import { firstRunOf } from '../../../client/stored/workflow-start.js';
import type { ResolveResult } from '../../../client/operator-actions.js';
import { resolveResult } from '../../../client/operator-actions.js';
import { actionUpdate, callbackSignal, viewQuery } from '../../../contract/messages.js';
import { askingPause } from '../../support/parent-process.js';
import type { ScriptedProvider } from './scripted-provider.js';
import { recordOf } from './scripted-provider.js';

const { EventType } = proto.temporal.api.enums.v1;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Handle = WorkflowHandle<() => Promise<WithdrawalView>>;

/** An action as the client sends it: with an id of its own, and for the run that it is sent to. */
export async function asSent<Action extends object>(
  { client, workflowId }: WorkflowHandle,
  action: Action,
): Promise<Action & { id: string; forRun: string }> {
  return { id: randomUUID(), forRun: (await firstRunOf(client, workflowId)) ?? '', ...action };
}

/** One withdrawal under test. */
export class Payout {
  constructor(
    readonly handle: Handle,
    readonly request: WithdrawalRequest,
    readonly provider: ScriptedProvider,
    private readonly environment: TestWorkflowEnvironment,
  ) {}

  /** Its final view; a time-skipping server skips to it. */
  ended(): Promise<WithdrawalView> {
    return this.handle.result();
  }

  view(): Promise<WithdrawalView> {
    return this.handle.query(viewQuery);
  }

  /** Delivers a verified callback with this word of the provider's. */
  callback(word: string, more: Partial<ProviderRecord> = {}): Promise<void> {
    return this.handle.signal(callbackSignal, { record: recordOf(this.request, word, more) });
  }

  async cancel(action: ActionRequest = { by: 'ops', reason: 'the customer changed their mind' }): Promise<Status> {
    const { status } = await this.handle.executeUpdate(actionUpdate('cancel'), { args: [await this.sent(action)] });
    return status;
  }

  async retryNow(action: ActionRequest): Promise<ActionAnswer> {
    return this.handle.executeUpdate(actionUpdate('retryNow'), { args: [await this.sent(action)] });
  }

  async resolve(resolution: ResolutionRequest): Promise<ResolveResult> {
    return resolveResult(
      await this.handle.executeUpdate(actionUpdate('resolve'), { args: [await this.sent(resolution)] }),
    );
  }

  private sent<Action extends object>(action: Action) {
    return asSent(this.handle, action);
  }

  /** Lets so much of the server's time pass, and what it brings about happen. */
  async pass(ms: number): Promise<void> {
    await this.environment.sleep(ms);
    await this.settled();
  }

  /** Resolves when it waits for something. Terminated earlier, the time-skipping server would never skip again. */
  async settled(handle: WorkflowHandle = this.handle): Promise<void> {
    await eventually(async () => {
      const last = (await eventsOf(handle)).at(-1)?.eventType;
      return last === EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED ||
        last === EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED ||
        last === EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
        ? undefined
        : true;
    });
  }

  /**
   * Resolves when no activity of it is on its way to a worker or runs there, or after two seconds, since some hang for
   * good: terminated meanwhile, each would keep the time-skipping server from skipping for a minute.
   */
  async called(): Promise<void> {
    for (const deadline = Date.now() + 2_000; Date.now() < deadline; await sleep(20)) {
      const { raw } = await this.handle.describe();
      if ((raw.pendingActivities ?? []).length === 0) return;
    }
  }

  /** Its view once it is as wanted. No server time is skipped. */
  async when(wanted: (view: WithdrawalView) => boolean): Promise<WithdrawalView> {
    return eventually(async () => {
      const view = await this.view();
      return wanted(view) ? view : undefined;
    });
  }

  async isOpen(): Promise<boolean> {
    const { status } = await this.handle.describe();
    return status.name === 'RUNNING';
  }

  /** The ids of the cases that it opened. */
  async cases(): Promise<string[]> {
    return (await this.events()).flatMap(
      ({ startChildWorkflowExecutionInitiatedEventAttributes: started }) => started?.workflowId ?? [],
    );
  }

  /** Its first case, once it waits for a person. */
  async openedCase(): Promise<string> {
    const id = await eventually(async () => (await this.cases())[0]);
    await this.casesSettled();
    return id;
  }

  /** Resolves when each of its cases waits for a person: a server that ends one earlier would never skip again, either. */
  async casesSettled(): Promise<void> {
    for (const id of await this.cases()) await this.settled(this.environment.client.workflow.getHandle(id));
  }

  /** Temporal's own list of what happened. */
  async events() {
    return eventsOf(this.handle);
  }

  /** How long each of its waits was meant to be, in ms: the timers that it set. */
  async waits(): Promise<number[]> {
    const timers = (await this.events()).map(({ timerStartedEventAttributes: timer }) => timer?.startToFireTimeout);
    return timers.flatMap((timeout) => (timeout ? [tsToMs(timeout)] : []));
  }

  /** What needs no live worker: the search attributes that are set. */
  async indexed(): Promise<Record<string, unknown>> {
    const { typedSearchAttributes } = await this.handle.describe();
    return Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
  }

  /** What Temporal's UI shows as current details. */
  async currentDetails(): Promise<string> {
    const metadata = await this.handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    return metadata.currentDetails ?? '';
  }
}

async function eventsOf(handle: WorkflowHandle) {
  const { events } = await handle.fetchHistory();
  return events ?? [];
}

/** The first answer that is one, asked again and again for at most 15 seconds of real time. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const pause = askingPause();
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await pause()) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error('it did not come about within 15 s');
}
