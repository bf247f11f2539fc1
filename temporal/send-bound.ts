import type { ConnectionLike } from '@temporalio/client';
import { longestSendMs } from './connection.js';

/** What was read counts for so long; the hour that the bound leaves to retention is never used up by it. */
const FRESH_MS = 30 * 60_000;
/** After a reading that failed, the next one comes so much later. */
const AGAIN_MS = 60_000;
/** A send may wait for a reading, so it is a short one. */
const PATIENCE_MS = 2_000;

export interface SendBoundOptions {
  now?: () => number;
  /** A reading failed: what was read before goes on counting. */
  onFailure: (error: unknown) => void;
}

/**
 * The longest time after `requestedAt` at which anything may be sent, ms. Retention may be lowered under a running process, so it is read again
 * before it is used once it is half an hour old. A raised one counts from the next start: what Temporal forgot under the lower one
 * stays forgotten.
 */
export class SendBound {
  private readAt: number;
  private reading: Promise<void> | undefined;
  private readonly now: () => number;

  constructor(
    private longestMs: number,
    private readonly read: () => Promise<number>,
    private readonly options: SendBoundOptions,
  ) {
    this.now = options.now ?? Date.now;
    this.readAt = this.now();
  }

  /** That of a namespace, of which it was just read that it is so long. */
  static from(longestMs: number, connection: ConnectionLike, namespace: string, options: SendBoundOptions): SendBound {
    const read = () => connection.withDeadline(Date.now() + PATIENCE_MS, () => longestSendMs(connection, namespace));
    return new SendBound(longestMs, read, options);
  }

  /** As it was read last. */
  get known(): number {
    return this.longestMs;
  }

  /** As it was read within the last half an hour, if Temporal let us. */
  async current(): Promise<number> {
    if (Math.abs(this.now() - this.readAt) >= FRESH_MS) await (this.reading ??= this.readAgain());
    return this.longestMs;
  }

  private async readAgain(): Promise<void> {
    try {
      this.longestMs = Math.min(this.longestMs, await this.read());
      this.readAt = this.now();
    } catch (error) {
      this.readAt = this.now() - FRESH_MS + AGAIN_MS;
      this.options.onFailure(error);
    } finally {
      this.reading = undefined;
    }
  }
}
