import { loopback } from './ports.js';

/**
 * What a development server needs for its answers to come in tens of milliseconds, not hundreds (measured: 150 → 45 ms
 * for one withdrawal; no 2 s tail on quiet queues). Nothing may depend on them, since a user's own server has other
 * values.
 */
const quickSettings = {
  'history.transferProcessorMaxPollRPS': 10_000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
};

export interface TemporalCommandOptions {
  /** The CLI, as `findTemporal` gives it. */
  readonly executable: string;
  readonly port: number;
  readonly uiPort: number;
  /** Where its data is kept; the folder must exist. Left out: in memory, gone with the process. */
  readonly dataFile?: string;
  /**
   * Names of search attributes (Keyword) to register if the data is new; `prepareNamespace` adds them to older data.
   */
  readonly searchAttributes?: readonly string[];
  /** Origin of a codec server, by which its UI has payloads decrypted. */
  readonly codec?: string;
  /** Run it with the server's own settings, as a user's server may be, not with the quick ones. */
  readonly asShipped?: boolean;
}

/** The command that runs an embedded Temporal server with its web UI, both on 127.0.0.1 only. */
export function temporalCommand(options: TemporalCommandOptions): { command: string; args: string[] } {
  const settings: Record<string, number> = options.asShipped === true ? {} : quickSettings;
  return {
    command: options.executable,
    args: [
      ...['server', 'start-dev', '--log-level', 'warn'],
      ...['--ip', loopback, '--port', String(options.port), '--ui-port', String(options.uiPort)],
      ...(options.codec === undefined ? [] : ['--ui-codec-endpoint', options.codec]),
      ...(options.dataFile === undefined ? [] : ['--db-filename', options.dataFile]),
      ...(options.searchAttributes ?? []).flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
      ...Object.entries(settings).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
    ],
  };
}
