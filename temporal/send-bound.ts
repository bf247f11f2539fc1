import type { ConnectionLike } from '@temporalio/client';
import { durations } from '../domain/timeouts/durations.js';
import { longestSendMs } from './connection.js';

const { fresh, again, read } = durations.retention;

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
    const readNow = () => connection.withDeadline(Date.now() + read.ms, () => longestSendMs(connection, namespace));
    return new SendBound(longestMs, readNow, options);
  }

  /** As it was read last. */
  get known(): number {
    return this.longestMs;
  }

  /** As it was read within the last half an hour, if Temporal let us. */
  async current(): Promise<number> {
    if (Math.abs(this.now() - this.readAt) >= fresh.ms) await (this.reading ??= this.readAgain());
    return this.longestMs;
  }

  private async readAgain(): Promise<void> {
    try {
      this.longestMs = Math.min(this.longestMs, await this.read());
      this.readAt = this.now();
    } catch (error) {
      this.readAt = this.now() - fresh.ms + again.ms;
      this.options.onFailure(error);
    } finally {
      this.reading = undefined;
    }
  }
}
