import type { Dispatcher } from 'undici';
import type { Attempt, LedgerRow, RecordedRequest } from '../../../simulator/index.js';
import { send, type Reply } from './response.js';

/** The simulator's control port: the chain, the Owner, the clock and the faults. */
export class SimulatorControl {
  constructor(private readonly origin: string) {}

  async ledger(withdrawalId?: string): Promise<LedgerRow[]> {
    const rows = (await this.call('GET', '/ledger')) as LedgerRow[];
    return withdrawalId === undefined ? rows : rows.filter(({ reference }) => reference === withdrawalId);
  }

  /** How often money left for a withdrawal. */
  async debits(withdrawalId: string): Promise<number> {
    return (await this.ledger(withdrawalId)).reduce((sum, { debits }) => sum + debits, 0);
  }

  async callbacks(): Promise<Attempt[]> {
    return (await this.call('GET', '/callbacks')) as Attempt[];
  }

  /** The creates that it received for a withdrawal. */
  async creates(withdrawalId: string): Promise<RecordedRequest[]> {
    const received = (await this.call('GET', '/requests')) as RecordedRequest[];
    return received.filter(({ operation, body }) => operation === 'create' && body.includes(`"${withdrawalId}"`));
  }

  async faults(plan: readonly object[]): Promise<void> {
    await this.call('PUT', '/faults', plan);
  }

  /** What a provider allows, such as how soon its next create may come. */
  async limits(limits: object): Promise<void> {
    await this.call('PUT', '/limits', limits);
  }

  /** What a provider does where its documents say nothing. */
  async modes(modes: object): Promise<void> {
    await this.call('PUT', '/modes', modes);
  }

  /** What a provider signs and believes from now on. */
  async credentials(credentials: object): Promise<void> {
    await this.call('PUT', '/credentials', credentials);
  }

  /** How fast time passes for what the simulator waits for, such as the next try to deliver a callback. */
  async clock(settings: { speed?: number; advanceMs?: number }): Promise<void> {
    await this.call('PUT', '/clock', settings);
  }

  /** What the chain or the Owner does to a withdrawal's payout. */
  async act(withdrawalId: string, act: 'approve' | 'decline' | 'confirm' | 'cancel', more: object = {}): Promise<void> {
    await this.onPayout(withdrawalId, act, more);
  }

  /** Sends a callback of the payout again: its last one, or that of an earlier status. Gives the bridge's HTTP status, if there was one. */
  async repeatCallback(withdrawalId: string, status?: string): Promise<number | null> {
    const attempt = (await this.onPayout(withdrawalId, 'callback', { status })) as Attempt;
    return attempt.answered;
  }

  private async onPayout(withdrawalId: string, act: string, body: object): Promise<unknown> {
    const [row] = await this.ledger(withdrawalId);
    if (row === undefined) throw new Error(`the ledger holds no payout for ${withdrawalId}`);
    return this.call('POST', `/payouts/${row.provider}/${row.providerId}/${act}`, body);
  }

  /** A request that must succeed: the parsed body of its response. */
  async call(method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<unknown> {
    const reply = await this.reply(method, path, body);
    if (reply.status !== 200) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply.json;
  }

  reply(method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<Reply> {
    return send(`${this.origin}${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }
}
