import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Faults } from '../behaviour/fault-plan.js';
import type { Journal } from '../ledger/journal.js';
import { messageOf, type Log } from '../log.js';
import type { Provider } from '../provider-apis/provider.js';
import type { Clock } from '../time/clock.js';
import type { Sleeper } from '../time/sleeper.js';
import { injectFault, type FaultyResponse } from './inject-fault.js';
import { withoutSecrets, type RecordedRequest } from './recorded-request.js';

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
 * each request is recorded, read, given its planned fault, processed, written to the journal and answered, in that order.
 */
export function providerServer(provider: Provider, dependencies: Dependencies): Server {
  const server = createServer((request, response) => {
    serve(provider, dependencies, request, response).catch((error: unknown) => {
      dependencies.log('error', 'request failed', { provider: provider.name, error: messageOf(error) });
      response.destroy();
    });
  });
  return server;
}

async function serve(
  provider: Provider,
  dependencies: Dependencies,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const method = request.method ?? '';
  const path = request.url ?? '';
  const operation = provider.operationOf(method, path);
  const fault = operation && dependencies.faults.takeForRequest(provider.name, operation);
  const recorded: RecordedRequest = {
    provider: provider.name,
    operation,
    method,
    path,
    headers: withoutSecrets(request.headers),
    body: '',
    arrivedAt: dependencies.clock.real(),
    fault: fault?.fault ?? null,
    answered: null,
  };
  dependencies.record(recorded);
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
  const respond = () => provider.respond({ method, path, headers: request.headers, body });
  const outcome = await injectFault(fault, respond, dependencies);
  if (outcome === 'reset') {
    await dependencies.journal.settled();
    request.socket.resetAndDestroy();
    return;
  }
  await outcome.toSend.after;
  await dependencies.journal.settled();
  recorded.answered = outcome.toSend.status;
  send(response, outcome, dependencies.clock);
}

function send(response: ServerResponse, { toSend, headers, cutHalfway }: FaultyResponse, clock: Clock): void {
  const bytes = Buffer.from(toSend.body);
  response.writeHead(toSend.status, {
    'content-type': toSend.contentType,
    'content-length': bytes.length,
    date: new Date(clock.wall()).toUTCString(),
    ...headers,
  });
  if (!cutHalfway) {
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
