import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import getPort from 'get-port';
import { prepareNamespace, type NamespaceNeeds } from '../namespace.js';
import type { Exit } from './guardian.js';
import { loopback, refusePortsInUse, untilAccepting } from './ports.js';
import { startServer } from './start-server.js';
import { findTemporal } from './temporal-cli.js';
import { temporalCommand, type TemporalCommandOptions } from './temporal-command.js';

/** The namespace that every development server has. */
export const embeddedNamespace = 'default';
/** Days for which an embedded server keeps closed workflows. */
export const embeddedRetentionDays = 30;

export interface EmbeddedTemporalOptions extends Partial<TemporalCommandOptions> {
  /** Days for which closed workflows are kept; default 30. */
  readonly retentionDays?: number;
  /** Where its output goes; default: nowhere to be found, but errors quote it. */
  readonly logFile?: string;
  /** Called with what takes long: finding, downloading or building the server. */
  readonly onProgress?: (message: string) => void;
}

export interface EmbeddedTemporal {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  readonly uiUrl: string;
  readonly port: number;
  readonly uiPort: number;
  readonly pid: number;
  /** Resolves when the server is gone, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** Ends it; what it has in a data file stays. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts an embedded Temporal server; resolves once its namespace answers, with the search attributes usable and
 * retention raised. Ports are free ones and data is in memory unless given; the data file's folder is made. It ends
 * when our process does, also by kill -9.
 * @throws if a given port is in use, if no server can be had (see `findTemporal`), or if it ends at once; the error
 * quotes its last lines.
 */
export async function startEmbeddedTemporal(options: EmbeddedTemporalOptions = {}): Promise<EmbeddedTemporal> {
  const executable = options.executable ?? (await findTemporal(options.onProgress ?? (() => undefined)));
  if (options.dataFile !== undefined) await mkdir(dirname(options.dataFile), { recursive: true });
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (await getPort({ host: loopback }));
    const uiPort = options.uiPort ?? (await getPort({ host: loopback }));
    try {
      await refusePortsInUse({ "Temporal's port": port, "the port of Temporal's UI": uiPort });
      return await startOn({ ...options, executable, port, uiPort });
    } catch (error) {
      // A port that was free can be taken by another process before the server binds it.
      const chosenByUs = options.port === undefined && options.uiPort === undefined;
      if (!chosenByUs || tries === 3 || !String(error).includes('in use')) throw error;
    }
  }
}

async function startOn(options: EmbeddedTemporalOptions & TemporalCommandOptions): Promise<EmbeddedTemporal> {
  const { port, uiPort, dataFile, logFile } = options;
  const needs = {
    searchAttributes: options.searchAttributes ?? [],
    raiseRetentionToDays: options.retentionDays ?? embeddedRetentionDays,
  };
  const server = await startServer({
    what: 'Temporal',
    ...temporalCommand(options),
    graceSeconds: dataFile === undefined ? 0 : 5, // nothing in memory is worth waiting for
    logFile,
    ready: (signal) => untilTemporalReady(port, needs, signal),
  });
  return {
    address: `${loopback}:${port}`,
    uiUrl: `http://${loopback}:${uiPort}`,
    port,
    uiPort,
    pid: server.pid,
    exited: server.exited,
    stop: async () => {
      await server.stop();
    },
  };
}

/**
 * Resolves once an embedded server's namespace, on that port, answers and is prepared.
 * @throws after 60 seconds, or when the signal aborts.
 */
export async function untilTemporalReady(port: number, needs: NamespaceNeeds, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(60_000)]);
  // gRPC would wait a second after a refused connection; asking the port itself sees it open at once.
  await untilAccepting(port, limit);
  const connection = await Connection.connect({ address: `${loopback}:${port}`, connectTimeout: 30_000 });
  try {
    while (!(await answers(connection))) await sleep(50, undefined, { signal: limit });
    await prepareNamespace(connection, embeddedNamespace, needs);
  } finally {
    await connection.close();
  }
}

async function answers(connection: Connection): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + 5000, () =>
      connection.workflowService.describeNamespace({ namespace: embeddedNamespace }),
    );
    return true;
  } catch {
    return false; // not up yet; the caller's limit decides how long that may be
  }
}
