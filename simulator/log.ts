/** Receives the simulator's log lines, which never have addresses, names, references, amounts or secrets. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: object) => void;

export const silent: Log = () => undefined;

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
