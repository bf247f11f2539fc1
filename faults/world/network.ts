import type { Life } from './process.js';

/** What is sent over a connection, byte for byte. */
export interface SentRequest {
  origin: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface ReceivedAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** The connection ends after so many of its bytes. */
  cutAt?: number;
}

/** An error of a connection, as Node names it. */
export class ConnectionError extends Error {
  override readonly name = 'SocketError';
  constructor(readonly code: string) {
    super(code);
  }
}

/** How far connections come, and who answers at their other end. */
export interface Network {
  /** Resolves when the connection stands; rejects with a `ConnectionError`. */
  connect(origin: string): Promise<void>;
  /** The bytes leave now: by the writer's clock, and by the true one. */
  exchange(request: SentRequest, by: Life | undefined): Promise<ReceivedAnswer>;
}

/** The network of the run that goes on in this thread: what stands in for the HTTP library finds it here. */
let network: Network | undefined;

export function useNetwork(next: Network): void {
  network = next;
}

export function currentNetwork(): Network {
  if (network === undefined) throw new Error('no run goes on');
  return network;
}
