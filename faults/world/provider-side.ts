import type { Payout } from '../../simulator/ledger/payout.js';
import { injectFault } from '../../simulator/http/inject-fault.js';
import { checkOptions } from '../../simulator/options.js';
import type { ProviderName } from '../../simulator/ledger/payout.js';
import { providerNames } from '../../simulator/ledger/payout.js';
import type { Wiring } from '../../simulator/wiring.js';
import { wire } from '../../simulator/wiring.js';
import { ConnectionError } from './network.js';
import type { ReceivedAnswer, SentRequest } from './network.js';

/** Where each provider is reached. */
export const origins: Record<ProviderName, string> = {
  cryptoprocessing: 'http://127.0.0.1:4011',
  alphapo: 'http://127.0.0.1:4012',
  cryptopay: 'http://127.0.0.1:4013',
  cryptocloud: 'http://127.0.0.1:4014',
};
export const BRIDGE_ORIGIN = 'http://127.0.0.1:8090';

export function providerAt(origin: string): ProviderName | undefined {
  return providerNames.find((name) => origins[name] === origin);
}

/** The simulator's providers with their books, without its servers: what would come in by a socket comes in by a call. */
export class ProviderSide {
  readonly wiring: Wiring;

  private constructor(wiring: Wiring) {
    this.wiring = wiring;
  }

  /** `changed` hears of every new version of a payout. */
  static async open(changed: (payout: Payout) => void): Promise<ProviderSide> {
    const wiring = await wire(
      checkOptions({ callbackOrigin: BRIDGE_ORIGIN }),
      () => undefined,
      () => Date.now(),
    );
    const { ledger } = wiring.context;
    const put = ledger.put.bind(ledger);
    ledger.put = (payout) => {
      const stored = put(payout);
      changed(stored);
      return stored;
    };
    return new ProviderSide(wiring);
  }

  payouts(): Payout[] {
    return this.wiring.context.ledger.all();
  }

  /** What a provider makes of a request: as the simulator's server does it, faults of its plan included. */
  async answer(name: ProviderName, { method, path, headers, body }: SentRequest): Promise<ReceivedAnswer> {
    const { providers, faults, context, sleeper } = this.wiring;
    const { journal, clock } = context;
    const provider = providers[name];
    const operation = provider.operationOf(method, path);
    const fault = operation && faults.takeForRequest(name, operation);
    if (fault?.fault === 'reset-before-read') throw new ConnectionError('ECONNRESET');
    const respond = () => provider.respond({ method, path, headers, body: Buffer.from(body) });
    const outcome = await injectFault(fault, respond, { journal, sleeper });
    if (outcome === 'reset') throw new ConnectionError('ECONNRESET');
    await outcome.toSend.after;
    const { status, contentType, body: text } = outcome.toSend;
    const bytes = Buffer.from(text);
    const date = new Date(clock.wall()).toUTCString();
    return {
      status,
      headers: { 'content-type': contentType, 'content-length': String(bytes.length), date, ...outcome.headers },
      body: bytes,
      ...(outcome.cutHalfway === true && { cutAt: Math.floor(bytes.length / 2) }),
    };
  }
}
