import { beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type { WithdrawalView } from '../../../client/index.js';
import { workflowTypes } from '../../../contract/ids.js';
import { searchAttributeNames } from '../../../contract/search-attributes.js';
import type { WithdrawalStart } from '../../../contract/messages.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { providerNames } from '../../../domain/providers/index.js';
import { finalStatuses } from '../../../domain/withdrawal/lifecycle.js';
import { testBundle } from '../../support/built.js';
import { testConverter } from '../../support/encryption.js';
import type { History, HistoryEvent, HistoryPayloads } from './history-files.js';
import { opened, readHistory, recordedPaths } from './history-files.js';
import { otherPaths, recordings } from './recordings.js';

/** By their paths in test/workflows/replay/histories/. */
const histories = new Map<string, History>();
beforeAll(async () => {
  for (const path of await recordedPaths()) histories.set(path, await readHistory(path));
});

/** What kept each from replaying, by its path; undefined where nothing did. */
async function replay(recorded: ReadonlyMap<string, History>): Promise<Record<string, string | undefined>> {
  const named = [...recorded.values()].map((history) => ({ workflowId: startOf(history)?.workflowId ?? '?', history }));
  const options = { workflowBundle: testBundle, ...testConverter('replay') };
  const byRun = new Map<string, string | undefined>();
  for await (const { runId, error } of Worker.runReplayHistories(options, named))
    byRun.set(runId, error && (/Nondeterminism error: [^"]*/.exec(error.message)?.[0] ?? error.message));
  const outcomeOf = (history: History) => {
    const run = startOf(history)?.originalExecutionRunId ?? '?';
    return byRun.has(run) ? byRun.get(run) : 'it was not replayed';
  };
  return Object.fromEntries([...recorded].map(([path, history]) => [path, outcomeOf(history)]));
}

const startOf = ({ events }: History) => events?.[0]?.workflowExecutionStartedEventAttributes;

/** The first value of an input or a result. */
function firstOf(payloads: HistoryPayloads): unknown {
  const [payload] = payloads?.payloads ?? [];
  return payload && defaultPayloadConverter.fromPayload(opened(payload));
}

function eventsOf(path: string): readonly HistoryEvent[] {
  return histories.get(path)?.events ?? [];
}

describe('the recorded histories', () => {
  it('replay with today’s workflows: what is under way when a release comes goes on with it', async () => {
    expect(await replay(histories)).toEqual(Object.fromEntries([...histories].map(([path]) => [path, undefined])));
  });

  it('are those that `npm run histories` records', () => {
    const paths = [...recordings().map(({ path }) => path), ...otherPaths];
    expect([...histories.keys()]).toEqual(paths.toSorted());
  });

  it('have every search attribute among them: a row that nothing fills would be missing', () => {
    const filled = [...histories.values()].flatMap(({ events = [] }) =>
      (events ?? []).flatMap((event) => {
        const { searchAttributes: atStart } = event.workflowExecutionStartedEventAttributes ?? {};
        const { searchAttributes: later } = event.upsertWorkflowSearchAttributesEventAttributes ?? {};
        return [atStart, later].flatMap((attributes) => Object.keys(attributes?.indexedFields ?? {}));
      }),
    );
    expect([...new Set(filled)].toSorted()).toEqual(searchAttributeNames.toSorted());
  });

  it('have every workflow, every provider and every final status among them', () => {
    const withdrawals: History[] = [];
    const types = [...histories.values()].map((history) => {
      const type = startOf(history)?.workflowType?.name;
      if (type === workflowTypes.withdrawal) withdrawals.push(history);
      return type;
    });
    const starts = withdrawals.map((history) => startOf(history)?.input);
    const ends = withdrawals.map(({ events }) => events?.at(-1)?.workflowExecutionCompletedEventAttributes?.result);

    expect(new Set(types)).toEqual(new Set(Object.values(workflowTypes)));
    const providers = starts.map((start) => (firstOf(start) as WithdrawalStart | undefined)?.request.provider);
    expect(new Set(providers)).toEqual(new Set(providerNames));
    const statuses = ends.flatMap((end) => (firstOf(end) as WithdrawalView | undefined)?.status ?? []);
    expect(new Set(statuses)).toEqual(new Set(finalStatuses));
  });
});

describe('a history that today’s workflows would not have made', () => {
  const path = 'cryptopay/confirmed/by-callback';

  /** What keeps that history from replaying once it is changed. */
  async function obstacleAfter(change: (events: HistoryEvent[]) => void): Promise<string | undefined> {
    const changed = await readHistory(path);
    change(changed.events ?? []);
    return (await replay(new Map([[path, changed]])))[path];
  }

  it('does not replay where another activity was called', async () => {
    const obstacle = await obstacleAfter((events) => {
      for (const { activityTaskScheduledEventAttributes: scheduled } of events)
        if (scheduled?.activityType?.name === 'commitWithdrawal') scheduled.activityType.name = 'lookUpWithdrawal';
    });
    expect(obstacle).toMatch(/'lookUpWithdrawal' does not match activity type of activity command 'commitWithdrawal'/);
  });

  it('does not replay where it waited instead of calling an activity', async () => {
    const obstacle = await obstacleAfter((events) => {
      const called = events.find(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled);
      const waited = events.find(({ timerStartedEventAttributes: timer }) => timer);
      if (called === undefined || waited === undefined) throw new Error('it has no call, or no timer');
      const { eventId } = called;
      Object.assign(called, waited, { eventId, activityTaskScheduledEventAttributes: null });
    });
    expect(obstacle).toMatch(/does not handle .*TimerStarted/);
  });
});

describe('the happy path, with real processes and the simulated providers', () => {
  /** What Temporal Cloud counts as an action, of what a withdrawal does. */
  const billed = [
    'workflowExecutionStartedEventAttributes',
    'activityTaskScheduledEventAttributes',
    'timerStartedEventAttributes',
    'workflowExecutionSignaledEventAttributes',
    'upsertWorkflowSearchAttributesEventAttributes',
  ] as const;

  it.each<[ProviderName, string, { events: number; actions: number }]>([
    ['cryptoprocessing', 'create, a callback, a look-up', { events: 26, actions: 8 }],
    ['alphapo', 'create, a callback, a look-up', { events: 26, actions: 8 }],
    // Five callbacks are 20 of these events and 5 of these actions.
    ['cryptopay', 'create, commit, five callbacks, a look-up', { events: 58, actions: 18 }],
    ['cryptocloud', 'a slot, create, a callback', { events: 32, actions: 10 }],
  ])('of %s (%s) has few events and actions', (provider, _, most) => {
    const events = eventsOf(`${provider}/confirmed/by-callback`);
    const actions = billed.flatMap((kind) => events.filter((event) => event[kind]));
    expect(events.length).toBeGreaterThan(0);
    expect(events.length).toBeLessThanOrEqual(most.events);
    expect(actions.length).toBeLessThanOrEqual(most.actions);
  });
});
