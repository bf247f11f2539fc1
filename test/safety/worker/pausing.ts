import type { ProviderName } from '../../../domain/providers/index.js';

/** Where a call stands when its process is stopped. */
export const points = [
  'before it begins',
  'while it asks for the address',
  'while it connects',
  'in the TLS handshake',
  'before it writes',
] as const;
export type Point = (typeof points)[number];

/** What the process that runs this file is given, as JSON in its first argument. */
export interface PausingWorkerOptions {
  /** `host:port` of Temporal. */
  temporal: string;
  provider: ProviderName;
  /** The provider's origin. */
  origin: string;
}

/** Sent by IPC: stop the whole process once, at the next call that comes to this point; so much later it is by its clock when it goes on. */
export interface Arming {
  point: Point;
  laterMs: number;
}
