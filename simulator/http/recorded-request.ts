import type { IncomingHttpHeaders } from 'node:http';
import type { RequestOperation } from '../behaviour/faults.js';
import type { ProviderName } from '../ledger/payout.js';

/** One request as it arrived. `answered`: the status of the response, null if none was sent (yet). */
export interface RecordedRequest {
  readonly provider: ProviderName;
  readonly operation: RequestOperation | null;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  body: string;
  readonly arrivedAt: number;
  fault: string | null;
  answered: number | null;
}

const secretHeaders: readonly string[] = ['authorization', 'x-processing-key', 'cookie'];

/** Headers without secrets; the signatures stay, since they give nothing away. */
export function withoutSecrets(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      secretHeaders.includes(name) ? '(hidden)' : [value ?? ''].flat().join(', '),
    ]),
  );
}
