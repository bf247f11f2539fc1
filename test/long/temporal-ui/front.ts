import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';

/** Somebody with a log-in at the web server, and what it tells the codec server about them. */
export interface FrontUser {
  name: string;
  password: string;
  codecToken: string;
}

export interface FrontOptions {
  port: number;
  /** Origins of the two that it stands in front of. */
  ui: string;
  codec: string;
  users: readonly FrontUser[];
}

/**
 * A web server as docs/codec-server.md recommends where Temporal's UI has no log-in of its own: UI and codec server at one origin, people logged in
 * by name and password, and for each request to `/codec/` the token of whoever it let in.
 */
export async function startFront({ port, ui, codec, users }: FrontOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const user = users.find(({ name, password }) => request.headers.authorization === basic(name, password));
    if (user === undefined) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="staff"' }).end();
      return;
    }
    const path = request.url ?? '/';
    if (path.startsWith('/codec/')) pass(request, response, codec + path.slice('/codec'.length), user.codecToken);
    else pass(request, response, ui + path);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function pass(request: IncomingMessage, response: ServerResponse, to: string, token?: string): void {
  const headers = { ...request.headers };
  delete headers.authorization; // the person's password is nobody else's business
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const passed = ask(to, { method: request.method, headers });
  passed.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  request.pipe(passed);
}

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}
