import { readSettings } from '../../../settings/index.js';
import { startSimulator } from '../../../simulator/index.js';
import { createLog } from '../log.js';
import { untilStopped } from '../stopping.js';

/** The process that is all four providers. */
export async function runSimulator({ journal }: { journal?: string }): Promise<void> {
  const settings = readSettings(process.env, { role: 'simulator' });
  const log = createLog('simulator', settings.logLevel);
  const { host, port: control, callbackOrigin } = settings.simulator;
  const simulator = await startSimulator({
    host,
    ports: {
      control,
      cryptoprocessing: control + 1,
      alphapo: control + 2,
      cryptopay: control + 3,
      cryptocloud: control + 4,
    },
    callbackOrigin,
    ...(journal !== undefined && { journalFile: journal }),
    log: (level, message, fields) => log[level](fields, message),
  });
  log.info({ control: simulator.control, ...simulator.origins }, 'listening');
  await untilStopped();
  await simulator.close();
}
