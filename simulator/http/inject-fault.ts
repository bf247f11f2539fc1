import type { RequestFault } from '../behaviour/faults.js';
import type { Journal } from '../ledger/journal.js';
import type { HttpResponse } from '../provider-apis/provider.js';
import type { Sleeper } from '../time/sleeper.js';

/** A response as a fault leaves it. */
export interface FaultyResponse {
  readonly toSend: HttpResponse;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection ends after half of the body. */
  readonly cutHalfway?: boolean;
}

/** Processes a request with `respond`, or doesn't, as the fault says: a response, or a connection that is reset. */
export async function injectFault(
  fault: RequestFault | null,
  respond: () => HttpResponse,
  { journal, sleeper }: { journal: Journal; sleeper: Sleeper },
): Promise<FaultyResponse | 'reset'> {
  switch (fault?.fault) {
    case undefined:
    case 'none':
      return { toSend: respond() };
    case 'reset-before-read':
    case 'reset-after-write':
      return 'reset';
    case 'reset-after-store':
      respond();
      return 'reset';
    case 'reset-in-answer':
      return { toSend: respond(), cutHalfway: true };
    case 'hang-before-store':
      await sleeper.sleep(fault.ms);
      return 'reset';
    case 'hang-after-store':
      respond();
      await journal.settled();
      await sleeper.sleep(fault.ms);
      return 'reset';
    case 'store-late':
      return (await sleeper.sleep(fault.ms)) ? { toSend: respond() } : 'reset';
    case 'slow': {
      const response = respond();
      await sleeper.sleep(fault.ms);
      return { toSend: response };
    }
    case 'status':
      return plannedResponse(fault);
    case 'status-after-store':
      respond();
      return plannedResponse(fault);
    case 'truncated': {
      const response = respond();
      return { toSend: { ...response, body: response.body.slice(0, Math.floor(response.body.length / 2)) } };
    }
    case 'wrong-shape':
      return { toSend: { ...respond(), body: textOf(fault.body) } };
    case 'oversized':
      return { toSend: { ...respond(), body: JSON.stringify({ padding: 'x'.repeat(fault.megabytes * 1_048_576) }) } };
    case 'redirect':
      return {
        toSend: { status: fault.status, contentType: 'text/html', body: '' },
        headers: { location: fault.location },
      };
  }
}

function plannedResponse(fault: Extract<RequestFault, { fault: 'status' | 'status-after-store' }>): FaultyResponse {
  const contentType = fault.contentType ?? (typeof fault.body === 'string' ? 'text/html' : 'application/json');
  return { toSend: { status: fault.status, contentType, body: textOf(fault.body) }, headers: fault.headers };
}

function textOf(body: string | object): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
