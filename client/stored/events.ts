import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { arrayFromPayloads } from '@temporalio/common';
import type proto from '@temporalio/proto';
import { fieldsOf } from '../../domain/validation/fields.js';
import type { ProviderRecord } from '../../domain/record.js';
import { foreignFields } from '../../domain/record.js';
import { UnreadableError } from '../../temporal/encryption/codec.js';
import { sealedWithIn } from '../../temporal/encryption/sealing.js';
import type { WithdrawalRequest } from '../../domain/request.js';

type Event = proto.temporal.api.history.v1.IHistoryEvent;
type Payload = proto.temporal.api.common.v1.IPayload;

/** gRPC's status codes for it. */
const notFound = [5];

export interface RunId {
  workflowId: string;
  runId: string;
}

/** A workflow's events, the latest first, and on into the run that it was continued from, as far as Temporal remembers. Needs no worker. */
export async function* eventsBackwards(temporal: Client, { workflowId, runId }: RunId): AsyncGenerator<Event> {
  const { namespace } = temporal.options;
  let run: string = runId;
  let isFirst = true;
  while (run !== '') {
    const execution = { workflowId, runId: run };
    let nextPageToken: Uint8Array | undefined;
    let before: string | null | undefined;
    do {
      let page: proto.temporal.api.workflowservice.v1.IGetWorkflowExecutionHistoryReverseResponse;
      try {
        page = await temporal.workflowService.getWorkflowExecutionHistoryReverse({
          ...{ namespace, execution },
          ...(nextPageToken && { nextPageToken }),
        });
      } catch (error) {
        if (!isFirst && isGrpcServiceError(error) && notFound.includes(error.code)) return; // an earlier run, forgotten
        throw error;
      }
      for (const event of page.history?.events ?? []) {
        before = event.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
        yield event;
      }
      nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
    } while (nextPageToken);
    run = before ?? '';
    isFirst = false;
  }
}

/**
 * Since when a search attribute has stood like this without a break, ms; undefined if no event shows it. The index holds what stands, the history
 * when it came to stand: so the withdrawal needs no event of its own for it.
 */
export async function standsSince(
  temporal: Client,
  run: RunId,
  attribute: string,
  stands: (value: unknown) => boolean,
): Promise<number | undefined> {
  let since: number | undefined;
  for await (const { eventTime, upsertWorkflowSearchAttributesEventAttributes: upsert } of eventsBackwards(
    temporal,
    run,
  )) {
    const payload = upsert?.searchAttributes?.indexedFields?.[attribute];
    if (payload === undefined) continue;
    if (!stands(valueOf(payload))) return since;
    since = tsToMs(eventTime);
  }
  return since;
}

/** The provider's id of a withdrawal, as the last call's result or callback in its history has it that is about its request. */
export async function lastProviderId(
  temporal: Client,
  run: RunId,
  request: WithdrawalRequest | undefined,
): Promise<string | undefined> {
  for await (const event of eventsBackwards(temporal, run)) {
    const payloads =
      event.activityTaskCompletedEventAttributes?.result?.payloads ??
      event.workflowExecutionSignaledEventAttributes?.input?.payloads ??
      [];
    const [payload] = await decodedOrNothing(temporal, run.workflowId, payloads);
    const record = fieldsOf(fieldsOf(payload)?.['record']) as ProviderRecord | undefined;
    if (typeof record?.providerId !== 'string') continue;
    if (request === undefined || foreignFields(record, request).length === 0) return record.providerId;
  }
  return undefined;
}

/** What each signal of this name brought to this one run, in the order in which they came; repeats are left out. */
export async function signalsOf<T>(temporal: Client, run: RunId, name: string): Promise<T[]> {
  const found = new Map<string, T>();
  for await (const event of eventsBackwards(temporal, run)) {
    if (event.workflowExecutionStartedEventAttributes) break;
    const { signalName, input } = event.workflowExecutionSignaledEventAttributes ?? {};
    if (signalName !== name) continue;
    const [one] = await decodedOrNothing(temporal, run.workflowId, input?.payloads ?? []);
    if (one === undefined) continue;
    found.set(JSON.stringify(one), one as T);
  }
  return [...found.values()].toReversed();
}

/**
 * What a workflow's payloads hold, by the client's own codecs and converter.
 * @throws UnreadableError for what can't be believed, also where it is another workflow's; an error of type `KeyMissing`
 */
export async function decoded(temporal: Client, workflowId: string, payloads: Payload[]): Promise<unknown[]> {
  // The SDK gives a codec no place here; what a payload says of its own is authenticated once it could be opened.
  for (const payload of payloads) {
    const sealed = sealedWithIn(payload);
    if (sealed !== undefined && sealed.workflowId !== workflowId) throw new UnreadableError('misplaced');
  }
  const { loadedDataConverter } = temporal.options;
  let plain = payloads;
  for (const codec of loadedDataConverter.payloadCodecs.toReversed()) plain = await codec.decode(plain);
  return arrayFromPayloads(loadedDataConverter.payloadConverter, plain);
}

/** The same for what anybody may have put among others: nothing where it can't be believed. */
async function decodedOrNothing(temporal: Client, workflowId: string, payloads: Payload[]): Promise<unknown[]> {
  try {
    return await decoded(temporal, workflowId, payloads);
  } catch (error) {
    if (error instanceof UnreadableError) return [];
    throw error;
  }
}

/** Search attributes are JSON, and never encrypted; one that was taken away is null or holds nothing. */
function valueOf({ data }: Payload): unknown {
  if (!data || data.length === 0) return null;
  const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
  return Array.isArray(value) ? (value[0] ?? null) : value;
}
