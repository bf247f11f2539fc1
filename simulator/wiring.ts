import { Agenda } from './time/scheduler.js';
import { alphapo } from './providers/alphapo/index.js';
import { Books } from './ledger/journal.js';
import { Clock } from './time/clock.js';
import { Courier } from './webhooks/webhook-sender.js';
import type { Credentials } from './behaviour/credentials.js';
import { cryptocloud } from './providers/cryptocloud/index.js';
import { cryptopay } from './providers/cryptopay/index.js';
import { cryptoprocessing } from './providers/cryptoprocessing/index.js';
import { Faults } from './behaviour/faults.js';
import { Ledger } from './ledger/ledger.js';
import { Limits } from './behaviour/limits.js';
import { Lives } from './ledger/script-runner.js';
import type { Log } from './log.js';
import { Modes } from './behaviour/modes.js';
import type { CheckedOptions } from './options.js';
import type { ProviderName } from './ledger/payout.js';
import type { Provider } from './providers/provider.js';
import type { RecordedRequest } from './http/recorded-request.js';
import { Waits } from './time/sleeper.js';
import type { World } from './providers/context.js';

/** Everything behind the ports: what the control port steers and the providers' servers use. */
export interface Stage {
  readonly world: World;
  readonly providers: Readonly<Record<ProviderName, Provider>>;
  readonly courier: Courier;
  readonly agenda: Agenda;
  readonly faults: Faults;
  readonly waits: Waits;
  readonly log: Log;
  readonly requests: RecordedRequest[];
  readonly setCredentials: (next: Credentials) => void;
  /** Puts what the books held back to work. */
  readonly resume: () => void;
  readonly close: () => Promise<void>;
}

/** Builds the stage, as the books left it. */
export async function buildStage(options: CheckedOptions, log: Log, real: () => number): Promise<Stage> {
  const { books, changes } = await Books.open(options.booksFile);
  const clock = new Clock(real, changes.findLast((entry) => entry.change === 'clock')?.clock);
  const agenda = new Agenda(clock);
  const waits = new Waits();
  const faults = new Faults();
  const ledger = new Ledger(books);
  const limits = new Limits(ledger);
  let credentials = options.credentials;

  const courier: Courier = new Courier({
    origin: options.callbackOrigin,
    ...{ clock, agenda, books, faults, waits, log },
    providerOf: (name) => providers[name],
  });
  const lives = new Lives({ ledger, agenda, clock, announce: (...news) => courier.announce(...news) });
  const world: World = {
    ...{ clock, books, ledger, lives, limits, modes: new Modes() },
    credentials: () => credentials,
    lastCryptocloudCreate: null,
  };
  const providers: Record<ProviderName, Provider> = {
    cryptoprocessing: cryptoprocessing(world),
    alphapo: alphapo(world),
    cryptopay: cryptopay(world),
    cryptocloud: cryptocloud(world),
  };

  for (const entry of changes) {
    if (entry.change === 'payout') ledger.restore(entry.payout);
    if (entry.change === 'delivery') courier.restore(entry.delivery);
    if (entry.change === 'limits') limits.restore(entry.limits);
    if (entry.change === 'cryptocloud-create') world.lastCryptocloudCreate = entry.at;
  }
  return {
    ...{ world, providers, courier, agenda, faults, waits, log, requests: [] },
    setCredentials: (next) => {
      credentials = next;
    },
    resume: () => {
      for (const row of ledger.all()) lives.resume(row);
      courier.resume();
    },
    close: async () => {
      agenda.stop();
      waits.close();
      await courier.close();
      await books.close();
    },
  };
}

/** Forgets everything but the settings that the simulator was started with. */
export async function startOver(
  { world, agenda, courier, faults, requests, setCredentials }: Stage,
  credentials: Credentials,
) {
  agenda.clear();
  faults.set([]);
  requests.length = 0;
  world.ledger.clear();
  world.limits.restore({});
  world.modes.clear();
  world.clock.restart();
  world.lastCryptocloudCreate = null;
  setCredentials(credentials);
  world.books.clear();
  await courier.clear();
}
