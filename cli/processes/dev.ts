import { join } from 'node:path';
import type { Environment } from '../../settings/index.js';
import { readSettings } from '../../settings/index.js';
import { withTrialKeys } from '../keys/trial-keys.js';
import { tableOf } from '../output/text.js';
import type { Stack } from './stack.js';
import { startStack } from './stack.js';
import { untilStopped } from './stopping.js';
import { howItEnded } from './supervisor.js';
import type { SupervisorEvent } from './supervisor.js';

/** Everything on one machine, with the simulator in place of each provider that has no settings. */
export async function dev(): Promise<void> {
  const settings = readSettings(process.env, { role: 'dev' });
  const folder = join(settings.dataDir, 'dev');
  const say = (line: string) => process.stderr.write(`${line}\n`);
  say('Starting Outflow …');
  const env = await withTrialKeys(process.env);
  const stack = await startStack({
    folder,
    ports: {
      temporal: 7233,
      ui: 8233,
      bridge: settings.bridge.port,
      codec: settings.codec.port,
      metrics: settings.metrics.port,
      simulator: settings.simulator.port,
    },
    env,
    onProgress: say,
    onEvent: (event) => {
      const line = eventLine(event);
      if (line !== undefined) say(line);
    },
  });
  console.log(addresses(stack, folder, encryptionLine(env)));
  console.log('Submit a withdrawal: npm run -s outflow -- submit FILE. Stop with Ctrl-C; the data stays.');
  await untilStopped();
  say('Stopping …');
  await stack.stop();
}

function addresses(
  { temporal, uiUrl, bridge, codec, control, supervisor }: Stack,
  folder: string,
  encryption: string,
): string {
  const pid = (name: string) => String(supervisor.pid(name) ?? '');
  return tableOf(
    ['what', 'where', 'pid'],
    [
      ['Temporal', temporal, pid('temporal')],
      ['its UI', uiUrl ?? 'that of your server', ''],
      ['worker', 'asks Temporal for work', pid('worker')],
      ['bridge', `${bridge}/callbacks/{provider}`, pid('bridge')],
      ...(codec === undefined ? [] : [['codec server', `${codec}, for this machine alone`, pid('codec')]]),
      ['simulator', control, pid('simulator')],
      ['data and logs', folder, ''],
      ['encryption', encryption, ''],
    ],
  );
}

/** Where an app beside it finds the keys. */
function encryptionLine(env: Environment): string {
  const { OUTFLOW_ENCRYPTION_KEYS_FILE: file } = env;
  if (file !== undefined) return `keys in ${file}`;
  return env['OUTFLOW_ENCRYPTION']?.trim() === 'off' ? 'OFF, as OUTFLOW_ENCRYPTION says' : 'by your own keys';
}

/** What happened to a process, in a line; nothing for what nobody needs to know. */
export function eventLine(event: SupervisorEvent): string | undefined {
  switch (event.type) {
    case 'started':
      return event.restarts === 0
        ? `${event.name} started, pid ${event.pid}`
        : `${event.name} started again, pid ${event.pid}`;
    case 'ready':
      return undefined;
    case 'not-ready':
      return `${event.name} (pid ${event.pid}) did not get ready: ${event.error.message}`;
    case 'exited':
      return event.restartInMs === undefined
        ? undefined
        : `${event.name} (pid ${event.pid}) ended (${howItEnded(event.exit)}); it is started again. Its log: ${event.logFile}`;
  }
}
