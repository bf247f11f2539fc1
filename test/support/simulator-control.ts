import { request, type Dispatcher } from 'undici';

/** A payout in the simulator's books: the truth about money. */
export interface LedgerRow {
  provider: string;
  providerId: string;
  reference: string | null;
  currency: string;
  amount: string;
  status: string;
  txid: string | null;
  /** How often money left for it. */
  debits: number;
}

/** A request that the simulator received. */
export interface ReceivedRequest {
  provider: string;
  operation: string | null;
  body: string;
  fault: string | null;
  /** The HTTP status that it was answered with, if it was. */
  answered: number | null;
}

/** A try to deliver a callback; `answered` is the bridge's HTTP status, if it gave one. */
export interface CallbackAttempt {
  providerId: string;
  status: string;
  attempt: number;
  answered: number | null;
}

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

  async callbacks(): Promise<CallbackAttempt[]> {
    return (await this.call('GET', '/callbacks')) as CallbackAttempt[];
  }

  /** The creates that it received for a withdrawal. */
  async creates(withdrawalId: string): Promise<ReceivedRequest[]> {
    const received = (await this.call('GET', '/requests')) as ReceivedRequest[];
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

  /** Sends a callback of the payout again: its last one, or that of an earlier status. Answers the bridge's HTTP status. */
  async repeatCallback(withdrawalId: string, status?: string): Promise<number | null> {
    const attempt = (await this.onPayout(withdrawalId, 'callback', { status })) as CallbackAttempt;
    return attempt.answered;
  }

  private async onPayout(withdrawalId: string, act: string, body: object): Promise<unknown> {
    const [row] = await this.ledger(withdrawalId);
    if (row === undefined) throw new Error(`the ledger holds no payout for ${withdrawalId}`);
    return this.call('POST', `/payouts/${row.provider}/${row.providerId}/${act}`, body);
  }

  private async call(method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<unknown> {
    const answer = await request(`${this.origin}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return JSON.parse(text) as unknown;
  }
}
