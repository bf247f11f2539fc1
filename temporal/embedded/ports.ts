import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Everything embedded is for this machine alone. */
export const loopback = '127.0.0.1';

/**
 * Refuses ports of 127.0.0.1 that something listens on already.
 * @param ports by what they are for, as in "Temporal's port"
 * @throws one error that names each, with what to do.
 */
export async function refusePortsInUse(ports: Readonly<Record<string, number>>): Promise<void> {
  const inUse: string[] = [];
  for (const [purpose, port] of Object.entries(ports)) {
    if (!(await isFree(port))) inUse.push(`${purpose}, ${loopback}:${port}, is in use`);
  }
  if (inUse.length > 0) throw new Error(`${inUse.join('; ')}. End what uses it, or choose another port.`);
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(false);
      else reject(new Error(`can't listen on ${loopback}:${port}: ${error.message}`, { cause: error }));
    });
    server.listen({ port, host: loopback, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Resolves when something accepts connections on that port of 127.0.0.1.
 * @throws if the signal aborts first.
 */
export async function untilAccepting(port: number, signal: AbortSignal): Promise<void> {
  while (!(await accepts(port))) await sleep(25, undefined, { signal });
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: loopback });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
