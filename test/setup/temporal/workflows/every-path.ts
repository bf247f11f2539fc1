import type * as activities from '../encryption/every-path-activities.js';
import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  executeChild,
  getExternalWorkflowHandle,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  startChild,
  TimeoutFailure,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';

export const noteSignal = defineSignal<[unknown]>('note');
export const noteUpdate = defineUpdate<string, [string]>('noteUpdate');
export const refusedUpdate = defineUpdate<string, [string]>('refusedUpdate');
export const failedUpdate = defineUpdate<string, [string]>('failedUpdate');
export const notesQuery = defineQuery<unknown[], [string]>('notes');

const retry = { maximumAttempts: 1 };
const { echo, fail, hang } = proxyActivities<typeof activities>({
  startToCloseTimeout: '10s',
  heartbeatTimeout: '2s',
  retry,
  summary: 'secret-activity-summary',
});
const again = proxyActivities<typeof activities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: 100, maximumAttempts: 2 },
});
const named = proxyActivities<typeof activities>({ activityId: 'chosen', startToCloseTimeout: '10s', retry });
const local = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '10s', retry });

/** Uses every way in which a payload gets into Temporal and out of it. Ends once a signal says so. */
export async function everyPath(input: unknown): Promise<unknown> {
  const notes: unknown[] = [input, workflowInfo().memo];
  setHandler(noteSignal, (note) => void notes.push(note));
  setHandler(noteUpdate, (text) => `answer to ${text}`);
  setHandler(refusedUpdate, () => 'never', {
    validator: (text) => {
      throw ApplicationFailure.create({ message: `secret-refusal ${text}`, type: 'Refused', details: [text] });
    },
  });
  setHandler(failedUpdate, async (text) => {
    await sleep(1);
    throw ApplicationFailure.create({ message: `secret-failure ${text}`, type: 'Failed', details: [text] });
  });
  setHandler(notesQuery, (text) => [...notes, text]);
  setCurrentDetails('secret-current-details');
  upsertMemo({ later: 'secret-upserted-memo' });
  notes.push(await echo('secret-activity-input'));
  notes.push(await fail('secret-activity-failure').catch(failureOf));
  notes.push(await again.heartbeatThenFail('secret-heartbeat'));
  notes.push(await hang('secret-last-heartbeat').catch(failureOf));
  notes.push(await local.echo('secret-local-input'));
  notes.push(await local.fail('secret-local-failure').catch(failureOf));
  notes.push(await named.echo('secret-named-input'));
  notes.push(await executeChild(child, { args: ['secret-child-input', 'end'], memo: { of: 'secret-child-memo' } }));
  notes.push(await executeChild(child, { args: ['secret-child-failure', 'fail'] }).catch(failureOf));
  const other = await startChild(child, {
    args: ['secret-waiting-child', 'wait'],
    staticSummary: 'secret-child-summary',
    staticDetails: 'secret-child-details',
  });
  await other.signal(noteSignal, 'secret-child-signal');
  notes.push(await other.result());
  const external = await startChild(child, { args: ['secret-external', 'wait'] });
  await getExternalWorkflowHandle(external.workflowId).signal(noteSignal, 'secret-external-signal');
  notes.push(await external.result());
  await sleep(10, { summary: 'secret-timer-summary' });
  await condition(() => notes.includes('secret-end'));
  return notes;
}

/** Goes on in a fresh history once, or fails, or waits for a signal. */
export async function child(input: unknown, how: 'end' | 'fail' | 'wait' | 'continued'): Promise<unknown> {
  let signalled: unknown;
  setHandler(noteSignal, (note) => void (signalled = note));
  if (how === 'end') return continueAsNew<typeof child>(input, 'continued');
  if (how === 'fail') throw ApplicationFailure.create({ message: `failed with ${String(input)}`, details: [input] });
  if (how === 'wait') await condition(() => signalled !== undefined);
  return { input, signalled };
}

/** What of a failure came through. */
function failureOf(error: unknown): unknown {
  // A local activity's failure comes bare.
  const cause = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return { message: cause.message, type: cause.type, details: cause.details };
  if (cause instanceof TimeoutFailure) return { timeout: cause.timeoutType, lastHeartbeat: cause.lastHeartbeatDetails };
  return { cause };
}

/** One call, on a task queue of its own. */
export async function oneCall(taskQueue: string, input: unknown): Promise<unknown> {
  const calls = proxyActivities<typeof activities>({ taskQueue, startToCloseTimeout: '20s', retry });
  return calls.echo(input).catch(failureOf);
}

/** Collects what it is given until there are so many. */
export async function collect(first: unknown, count = 2): Promise<unknown> {
  const notes: unknown[] = [first];
  setHandler(noteSignal, (note) => void notes.push(note));
  setHandler(noteUpdate, (text) => {
    notes.push(text);
    return 'taken';
  });
  await condition(() => notes.length >= count);
  return notes;
}
