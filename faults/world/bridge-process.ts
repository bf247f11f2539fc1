import { Client } from '@temporalio/client';
import type { TakeCallback } from '../../bridge/take-callback.js';
import { callbackTaker } from '../../bridge/take-callback.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { isProviderName } from '../../domain/providers/index.js';
import { Refusal } from '../../http/server.js';
import type { CallbackReceiver } from '../../providers/provider.js';
import { registry } from '../../providers/registry.js';
import { caseIds } from '../../temporal/encryption/case-id.js';
import { ClearCodec } from '../../temporal/encryption/codec.js';
import type { TemporalServer } from '../temporal/server.js';
import type { Line } from '../temporal/grpc/service.js';
import { connectionTo } from '../temporal/grpc/service.js';
import type { Visibility } from '../temporal/grpc/visibility.js';
import type { SentRequest } from './network.js';
import { ConnectionError } from './network.js';
import { SimulatedProcess } from './process.js';
import type { Trace } from './trace.js';

export interface BridgeProcessOptions {
  server: TemporalServer;
  visibility: Visibility;
  line: Pick<Line, 'losesAnswer'>;
  trace: Trace;
  postback: 'ask' | 'confirm';
}

/** The bridge: what it decides of a callback is the product’s own code; only its HTTP server is left out. */
export class BridgeProcess {
  readonly #options: BridgeProcessOptions;
  readonly #process = new SimulatedProcess('bridge');
  #receivers = new Map<ProviderName, CallbackReceiver>();
  #take: TakeCallback | undefined;
  /** What it is configured with at its next start: the first of each signs, all verify. */
  secrets = { secret: 'test-secret', callbackSecret: 'test-callback-secret', projectSecret: 'test-project-secret' };

  constructor(options: BridgeProcessOptions) {
    this.#options = options;
    this.start();
  }

  get isUp(): boolean {
    return this.#process.isUp;
  }

  kill(): void {
    this.#process.kill();
  }

  /** Begins with its settings as they are now, and remembers no callback. */
  start(): void {
    const { server, visibility, line, postback } = this.#options;
    this.#process.start();
    const life = this.#process.life();
    const connection = connectionTo(server, visibility, {
      ...line,
      isOpen: () => !life.isOver(),
      running: life.running,
    });
    const temporal = new Client({
      connection,
      namespace: 'default',
      dataConverter: { payloadCodecs: [new ClearCodec()] },
    });
    this.#take = callbackTaker({ temporal, caseIdOf: caseIds({}) });
    const { secret, callbackSecret, projectSecret } = this.secrets;
    const variables: Record<ProviderName, Record<string, string>> = {
      cryptoprocessing: { SECRET: secret },
      alphapo: { SECRET: secret },
      cryptopay: { CALLBACK_SECRET: callbackSecret },
      cryptocloud: { PROJECT_SECRET: projectSecret, POSTBACK: postback, SANDBOX: 'true' },
    };
    this.#receivers = new Map(
      Object.entries(variables).map(([name, values]) => [
        name as ProviderName,
        registry[name as ProviderName].receiver.parse(values),
      ]),
    );
  }

  /** The HTTP status that it answers with. Rejects where it dies before. */
  async take({ path, headers, body }: SentRequest): Promise<{ status: number; isAuthentic: boolean }> {
    const name = path.slice('/callbacks/'.length);
    const receiver = isProviderName(name) ? this.#receivers.get(name) : undefined;
    if (!this.isUp || this.#take === undefined) throw new ConnectionError('ECONNREFUSED');
    if (receiver === undefined) return { status: 404, isAuthentic: false };
    const life = this.#process.life();
    const bytes = Buffer.from(body);
    const isAuthentic = receiver.isAuthentic(headers, bytes, new Date());
    const died = life.end.then((): never => {
      throw new ConnectionError('ECONNRESET');
    });
    died.catch(() => undefined);
    try {
      const outcome = await Promise.race([this.#take(receiver, headers, bytes), died]);
      this.#options.trace.note(`bridge: ${outcome}`);
      return { status: 200, isAuthentic };
    } catch (error) {
      if (error instanceof ConnectionError) throw error;
      if (error instanceof Refusal) return { status: error.statusCode, isAuthentic };
      this.#options.trace.note(`bridge: ${error instanceof Error ? error.name : typeof error}`);
      return { status: 503, isAuthentic };
    }
  }
}
