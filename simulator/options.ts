import { z } from 'zod';
import { credentials, type Credentials } from './behaviour/credentials.js';
import type { Log } from './log.js';

export interface SimulatorPorts {
  readonly control: number;
  readonly cryptoprocessing: number;
  readonly alphapo: number;
  readonly cryptopay: number;
  readonly cryptocloud: number;
}

export interface SimulatorOptions {
  /** Where to listen. Default 127.0.0.1. */
  readonly host?: string;
  /** Defaults 4010 (control) to 4014; 0 is any free one. */
  readonly ports?: Partial<SimulatorPorts>;
  /** The bridge: callbacks go to `{callbackOrigin}/callbacks/{provider}`. Default http://127.0.0.1:8090. */
  readonly callbackOrigin?: string;
  /** Default test-key, test-secret, test-callback-secret, test-project-secret. */
  readonly credentials?: Partial<Credentials>;
  /** The journal: an append-only file that survives a kill. Without it, the ledger ends with the process. */
  readonly journalFile?: string;
  readonly log?: Log;
  /** Milliseconds since the epoch. Default Date.now. */
  readonly clock?: () => number;
}

const port = (fallback: number) => z.int('expected an integer').min(0).max(65_535).default(fallback);

/** All options but the functions, which only the compiler checks. */
const checked = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  ports: z
    .strictObject({
      control: port(4010),
      cryptoprocessing: port(4011),
      alphapo: port(4012),
      cryptopay: port(4013),
      cryptocloud: port(4014),
    })
    .prefault({}),
  callbackOrigin: z
    .string()
    .refine((text) => URL.canParse(text) && new URL(text).origin === text.replace(/\/$/, ''), {
      message: 'expected an origin without a path, like http://127.0.0.1:8090',
    })
    .default('http://127.0.0.1:8090'),
  credentials: credentials.prefault({}),
  journalFile: z.string().min(1).optional(),
});
export type CheckedOptions = z.infer<typeof checked>;

/** Throws one error that names every wrong option. */
export function checkOptions({ log: _log, clock: _clock, ...options }: SimulatorOptions): CheckedOptions {
  const parsed = checked.safeParse(options);
  if (parsed.success) return { ...parsed.data, callbackOrigin: parsed.data.callbackOrigin.replace(/\/$/, '') };
  const errors = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Wrong simulator options. ${errors.join('; ')}`);
}
