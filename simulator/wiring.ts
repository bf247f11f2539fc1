import type { Credentials } from './behaviour/credentials.js';
import { Faults } from './behaviour/fault-plan.js';
import { Limits } from './behaviour/limits.js';
import { Modes } from './behaviour/modes.js';
import type { RecordedRequest } from './http/recorded-request.js';
import { Journal } from './ledger/journal.js';
import { Ledger } from './ledger/ledger.js';
import type { ProviderName } from './ledger/payout.js';
import { ScriptRunner } from './ledger/script-runner.js';
import type { Log } from './log.js';
import type { CheckedOptions } from './options.js';
import { alphapo } from './provider-apis/alphapo/index.js';
import type { Context } from './provider-apis/context.js';
import { cryptocloud } from './provider-apis/cryptocloud/index.js';
import { cryptopay } from './provider-apis/cryptopay/index.js';
import { cryptoprocessing } from './provider-apis/cryptoprocessing/index.js';
import type { Provider } from './provider-apis/provider.js';
import { Clock } from './time/clock.js';
import { Scheduler } from './time/scheduler.js';
import { Sleeper } from './time/sleeper.js';
import { WebhookSender } from './webhooks/webhook-sender.js';

/** Everything behind the ports: what the control port steers and the providers' servers use. */
export interface Wiring {
  readonly context: Context;
  readonly providers: Readonly<Record<ProviderName, Provider>>;
  readonly webhookSender: WebhookSender;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly sleeper: Sleeper;
  readonly log: Log;
  readonly requests: RecordedRequest[];
  readonly setCredentials: (next: Credentials) => void;
  /** Schedules again what the journal held: scripts and undelivered callbacks. */
  readonly resume: () => void;
  readonly close: () => Promise<void>;
}

/** Builds everything, in the state that the journal has. */
export async function wire(options: CheckedOptions, log: Log, real: () => number): Promise<Wiring> {
  const { journal, entries } = await Journal.open(options.journalFile);
  const clock = new Clock(real, entries.findLast((entry) => entry.change === 'clock')?.clock);
  const scheduler = new Scheduler(clock);
  const sleeper = new Sleeper();
  const faults = new Faults();
  const ledger = new Ledger(journal);
  const limits = new Limits(ledger);
  let credentials = options.credentials;

  const webhookSender: WebhookSender = new WebhookSender({
    origin: options.callbackOrigin,
    ...{ clock, scheduler, journal, faults, sleeper, log },
    providerOf: (name) => providers[name],
  });
  const scriptRunner = new ScriptRunner({
    ledger,
    scheduler,
    clock,
    sendCallback: (row, change, delayMs) => webhookSender.sendFor(row, change, delayMs),
  });
  const context: Context = {
    ...{ clock, journal, ledger, scriptRunner, limits, modes: new Modes() },
    credentials: () => credentials,
    lastCryptocloudCreate: null,
  };
  const providers: Record<ProviderName, Provider> = {
    cryptoprocessing: cryptoprocessing(context),
    alphapo: alphapo(context),
    cryptopay: cryptopay(context),
    cryptocloud: cryptocloud(context),
  };

  for (const entry of entries) {
    if (entry.change === 'payout') ledger.restore(entry.payout);
    if (entry.change === 'delivery') webhookSender.restore(entry.delivery);
    if (entry.change === 'limits') limits.restore(entry.limits);
    if (entry.change === 'cryptocloud-create') context.lastCryptocloudCreate = entry.at;
  }
  return {
    ...{ context, providers, webhookSender, scheduler, faults, sleeper, log, requests: [] },
    setCredentials: (next) => {
      credentials = next;
    },
    resume: () => {
      for (const row of ledger.all()) scriptRunner.resume(row);
      webhookSender.resume();
    },
    close: async () => {
      scheduler.stop();
      sleeper.close();
      await webhookSender.close();
      await journal.close();
    },
  };
}

/** Forgets everything but the settings that the simulator was started with. */
export async function startOver(
  { context, scheduler, webhookSender, faults, requests, setCredentials }: Wiring,
  credentials: Credentials,
) {
  scheduler.clear();
  faults.set([]);
  requests.length = 0;
  context.ledger.clear();
  context.limits.restore({});
  context.modes.clear();
  context.clock.restart();
  context.lastCryptocloudCreate = null;
  setCredentials(credentials);
  context.journal.clear();
  await webhookSender.clear();
}
