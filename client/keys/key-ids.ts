import type { Payload } from '@temporalio/common';
import { sealedWithIn } from '../../temporal/encryption/sealing.js';

/** With which keys what Temporal holds of a workflow is encrypted. */
export class KeyIds {
  /** By their ids. */
  readonly named = new Set<string>();
  /** Something is encrypted in a form that names no key as this version knows them. */
  isSomethingUnknown = false;

  /** Of a history's event, a description, or anything else that Temporal answers. */
  static in(held: unknown): KeyIds {
    const found = new KeyIds();
    found.add(held);
    return found;
  }

  /** Looks through all of it: wherever Temporal comes to hold payloads, none is overlooked. */
  add(held: unknown): void {
    if (typeof held !== 'object' || held === null || ArrayBuffer.isView(held)) return;
    if (!isPayload(held)) return Object.values(held).forEach((value) => this.add(value));
    const sealed = sealedWithIn(held);
    if (sealed !== undefined) this.named.add(sealed.keyId);
    else if (isEncrypted(held)) this.isSomethingUnknown = true;
  }
}

/** By its shape, wherever it stands. */
export function isPayload(value: object): value is Payload {
  if (!('metadata' in value) || typeof value.metadata !== 'object' || value.metadata === null) return false;
  return 'encoding' in value.metadata && value.metadata.encoding instanceof Uint8Array;
}

function isEncrypted({ metadata }: Payload): boolean {
  return Buffer.from(metadata?.['encoding'] ?? []).toString() === 'binary/encrypted';
}
