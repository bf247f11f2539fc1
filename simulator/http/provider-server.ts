import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Journal } from '../ledger/journal.js';
import type { Clock } from '../time/clock.js';
import type { Faults, RequestFault } from '../behaviour/faults.js';
import { messageOf, type Log } from '../log.js';
import type { HttpResponse, Provider } from '../provider-apis/provider.js';
import { withoutSecrets, type RecordedRequest } from './recorded-request.js';
import type { Sleeper } from '../time/sleeper.js';

/** A megabyte is far beyond any documented request. */
const largestBody = 1_048_576;

interface Dependencies {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly sleeper: Sleeper;
  readonly log: Log;
  readonly record: (request: RecordedRequest) => void;
}

/**
 * One provider's HTTP server. Plain node:http, because it must read a GET's body and misbehave at the socket:
 * each request is recorded, read, hit by the planned fault, decided, put on disk and answered, in that order.
 */
export function providerServer(provider: Provider, parts: Dependencies): Server {
  const server = createServer((request, response) => {
    serve(provider, parts, request, response).catch((error: unknown) => {
      parts.log('error', 'request failed', { provider: provider.name, error: messageOf(error) });
      response.destroy();
    });
  });
  return server;
}

async function serve(provider: Provider, parts: Dependencies, request: IncomingMessage, response: ServerResponse) {
  const method = request.method ?? '';
  const path = request.url ?? '';
  const operation = provider.operationOf(method, path);
  const fault = operation && parts.faults.takeForRequest(provider.name, operation);
  const recorded: RecordedRequest = {
    provider: provider.name,
    operation,
    method,
    path,
    headers: withoutSecrets(request.headers),
    body: '',
    arrivedAt: parts.clock.real(),
    fault: fault?.fault ?? null,
    answered: null,
  };
  parts.record(recorded);
  if (fault?.fault === 'reset-before-read') {
    request.socket.resetAndDestroy();
    return;
  }
  const body = await readBody(request);
  if (!body) {
    request.socket.destroy();
    return;
  }
  recorded.body = body.toString('utf8');
  const decide = () => provider.respond({ method, path, headers: request.headers, body });
  const outcome = await applyFault(fault, decide, parts);
  if (outcome === 'reset') {
    await parts.journal.settled();
    request.socket.resetAndDestroy();
    return;
  }
  await outcome.response.after;
  await parts.journal.settled();
  recorded.answered = outcome.response.status;
  send(response, outcome, parts.clock);
}

interface FaultyResponse {
  readonly response: HttpResponse;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection ends after half of the body. */
  readonly cutHalfway?: boolean;
}

/** What becomes of a request under a fault: an answer, or a connection that ends without one. */
async function applyFault(
  fault: RequestFault | null,
  decide: () => HttpResponse,
  parts: Dependencies,
): Promise<FaultyResponse | 'reset'> {
  switch (fault?.fault) {
    case undefined:
    case 'none':
      return { response: decide() };
    case 'reset-before-read':
    case 'reset-after-write':
      return 'reset';
    case 'reset-after-store':
      decide();
      return 'reset';
    case 'reset-in-answer':
      return { response: decide(), cutHalfway: true };
    case 'hang-before-store':
      await parts.sleeper.sleep(fault.ms);
      return 'reset';
    case 'hang-after-store':
      decide();
      await parts.journal.settled();
      await parts.sleeper.sleep(fault.ms);
      return 'reset';
    case 'store-late':
      return (await parts.sleeper.sleep(fault.ms)) ? { response: decide() } : 'reset';
    case 'slow': {
      const answer = decide();
      await parts.sleeper.sleep(fault.ms);
      return { response: answer };
    }
    case 'status':
      return plannedResponse(fault);
    case 'status-after-store':
      decide();
      return plannedResponse(fault);
    case 'truncated': {
      const answer = decide();
      return { response: { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) } };
    }
    case 'wrong-shape':
      return { response: { ...decide(), body: textOf(fault.body) } };
    case 'oversized':
      return { response: { ...decide(), body: JSON.stringify({ padding: 'x'.repeat(fault.megabytes * 1_048_576) }) } };
    case 'redirect':
      return {
        response: { status: fault.status, contentType: 'text/html', body: '' },
        headers: { location: fault.location },
      };
  }
}

function plannedResponse(fault: Extract<RequestFault, { fault: 'status' | 'status-after-store' }>): FaultyResponse {
  const contentType = fault.contentType ?? (typeof fault.body === 'string' ? 'text/html' : 'application/json');
  return { response: { status: fault.status, contentType, body: textOf(fault.body) }, headers: fault.headers };
}

function textOf(body: string | object): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function send(
  response: ServerResponse,
  { response: answer, headers, cutHalfway: brokenOff }: FaultyResponse,
  clock: Clock,
): void {
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': bytes.length,
    date: new Date(clock.wall()).toUTCString(),
    ...headers,
  });
  if (!brokenOff) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

/** Null if the body is too large or the client went away. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const bytes: unknown = chunk;
      if (!(bytes instanceof Buffer)) return null;
      size += bytes.length;
      if (size > largestBody) return null;
      chunks.push(bytes);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}
