import type { Level, Logger } from 'pino';
import { destination, pino } from 'pino';

/** One JSON object per line on stderr: stdout is for what a command was asked for. */
export function createLog(name: string, level: Level | 'silent'): Logger {
  return pino({ name, level }, destination({ dest: 2, sync: true }));
}
