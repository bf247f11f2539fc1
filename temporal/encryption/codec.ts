import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';
import type { UnreadableReason } from '../../contract/unreadable.js';
import { unreadable, unreadableReasons } from '../../contract/unreadable.js';
import type { KeyRing } from '../../settings/encryption-keys.js';
import { keysOff } from './key-missing.js';
import type { Place } from './sealing.js';
import { open, seal, sealedWithIn } from './sealing.js';

/**
 * Who reads. A `worker` must not be blocked by what it can't believe: it gets a mark in its place. So does a `replay`, which knows its namespace
 * only from its settings (the SDK gives it `default`). A `client` gets an error, and may read what the SDK gives no place: history, which it asks
 * for by workflow id.
 */
export type Reader = 'worker' | 'replay' | 'client';

export interface CodecOptions {
  ring: KeyRing;
  namespace: string;
  reader: Reader;
}

/** Something that came through Temporal can't be believed. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  constructor(readonly reason: UnreadableReason) {
    super(`What Temporal holds can’t be believed: ${unreadableReasons[reason]}.`);
  }
}

/** Encrypts all that goes to Temporal, for the workflow or the activity that it belongs to, and reads nothing else. */
export class EncryptionCodec implements PayloadCodec {
  constructor(private readonly options: CodecOptions) {}

  encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const place = this.placeOf(context);
    return settled(() => payloads.map((payload) => seal(payload, place, this.options.ring.current)));
  }

  /** @throws an error of type `KeyMissing`; as a client, UnreadableError, too */
  decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return settled(() => payloads.map((payload) => this.decoded(payload, context)));
  }

  private decoded(payload: Payload, context: SerializationContext | undefined): Payload {
    const { ring, reader } = this.options;
    const place = this.placeOf(context);
    const isFree = context === undefined && reader === 'client';
    const opened = open(payload, isFree ? { namespace: place.namespace, anywhere: true } : place, ring);
    if (opened.ok) return opened.payload;
    if (reader === 'client') throw new UnreadableError(opened.reason);
    return defaultPayloadConverter.toPayload(unreadable(opened.reason));
  }

  private placeOf(context: SerializationContext | undefined): Place {
    const { namespace, reader } = this.options;
    const given = reader === 'replay' ? undefined : context?.namespace;
    return {
      namespace: given ?? namespace,
      ...(context?.workflowId !== undefined && { workflowId: context.workflowId }),
      ...(context?.type === 'activity' && context.activityId !== undefined && { activityId: context.activityId }),
    };
  }
}

/** Encrypts nothing, and says in plain words that it can't read what is encrypted: of a client with encryption off. */
export class ClearCodec implements PayloadCodec {
  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads);
  }

  /** @throws an error of type `KeyMissing` */
  decode(payloads: Payload[]): Promise<Payload[]> {
    return settled(() => {
      for (const payload of payloads) {
        const sealed = sealedWithIn(payload);
        if (sealed !== undefined) throw keysOff(sealed.keyId);
      }
      return payloads;
    });
  }
}

/** What is thrown becomes a rejection, as of every promise. */
function settled<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}
