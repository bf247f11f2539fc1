import type { Server } from 'node:http';
import { controlServer } from './control/server.js';
import { closeServer, listen } from './http/listen.js';
import { providerServer } from './http/provider-server.js';
import { providerNames, type ProviderName } from './ledger/payout.js';
import { silent } from './log.js';
import { checkOptions, type SimulatorOptions } from './options.js';
import { wire } from './wiring.js';

export { callbackFaultRows, requestFaultRows } from './behaviour/faults.js';
export { shownMagicValues } from './behaviour/magic-values.js';
export { modeRows } from './behaviour/modes.js';
export type { RecordedRequest } from './http/recorded-request.js';
export type { LedgerRow } from './ledger/ledger.js';
export type { Log } from './log.js';
export type { SimulatorOptions, SimulatorPorts } from './options.js';
export { providerNames, type ProviderName } from './ledger/payout.js';

export type { CallbackAttempt as Attempt } from './webhooks/webhook-sender.js';

/** The four providers, running. */
export interface Simulator {
  /** Origin of the control port, like `http://127.0.0.1:4010`. */
  readonly control: string;
  /** Origin of each provider's API: what `{PROVIDER}_BASE_URL` is to be. */
  readonly origins: Readonly<Record<ProviderName, string>>;
  /** Stops everything. With a journal file, the next start goes on from there. */
  close(): Promise<void>;
}

/**
 * Starts the four providers and the control port, as docs/simulator.md describes them. Rejects, with nothing left open,
 * if an option is wrong (naming it), a port is in use (naming it) or the journal can't be read.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const checked = checkOptions(options);
  const wiring = await wire(checked, options.log ?? silent, options.clock ?? Date.now);
  const opened: Server[] = [];
  const close = async () => {
    await Promise.all(opened.map(closeServer));
    await wiring.close();
  };
  const open = (server: Server, name: keyof typeof checked.ports): Promise<string> => {
    opened.push(server);
    return listen(server, name, checked.host, checked.ports[name]);
  };
  try {
    const origins = { cryptoprocessing: '', alphapo: '', cryptopay: '', cryptocloud: '' };
    for (const name of providerNames) {
      const { faults, sleeper, log, requests } = wiring;
      const { clock, journal } = wiring.context;
      const record = requests.push.bind(requests);
      origins[name] = await open(
        providerServer(wiring.providers[name], { clock, journal, faults, sleeper, log, record }),
        name,
      );
    }
    const control = await open(await controlServer(wiring, checked.credentials), 'control');
    wiring.resume();
    return { control, origins, close };
  } catch (error) {
    await close();
    throw error;
  }
}
