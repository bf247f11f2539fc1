import type { Client } from '@temporalio/client';
import { arrayFromPayloads } from '@temporalio/common';
import type proto from '@temporalio/proto';
import { fieldsOf } from '../../domain/validation/fields.js';
import { UnreadableError } from '../../temporal/encryption/codec.js';
import { isKeyMissing } from '../../temporal/encryption/key-missing.js';
import type { RunId } from './events.js';
import { eventsBackwards } from './events.js';

type Failure = proto.temporal.api.failure.v1.IFailure;

/** How the latest workflow task of a run failed; nothing if one has succeeded since. */
export async function lastTaskFailure(temporal: Client, run: RunId): Promise<Failure | undefined> {
  for await (const { workflowTaskFailedEventAttributes: failed, ...event } of eventsBackwards(temporal, run)) {
    if (failed) return failed.failure ?? undefined;
    if (event.workflowTaskCompletedEventAttributes ?? event.workflowExecutionStartedEventAttributes) return undefined;
  }
  return undefined;
}

/** The id of the key that a worker lacked, as its failure says; nothing where this process can't read that, or anybody else wrote it. */
export async function missingKeyIn(temporal: Client, { applicationFailureInfo }: Failure): Promise<string | undefined> {
  const { payloadCodecs, payloadConverter } = temporal.options.loadedDataConverter;
  try {
    let plain = applicationFailureInfo?.details?.payloads ?? [];
    for (const codec of payloadCodecs.toReversed()) plain = await codec.decode(plain);
    const [details] = arrayFromPayloads(payloadConverter, plain);
    const { keyId } = fieldsOf(details) ?? {};
    return typeof keyId === 'string' ? keyId : undefined;
  } catch (error) {
    if (error instanceof UnreadableError || isKeyMissing(error)) return undefined;
    throw error;
  }
}
