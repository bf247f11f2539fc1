import { z } from 'zod';

const port = (byDefault: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, { error: 'must be a port, 1 to 65535' })
    .default(String(byDefault))
    .transform(Number)
    .refine((number) => number >= 1 && number <= 65535, { error: 'must be a port, 1 to 65535' });

const host = z.string().regex(/^[\w.:-]+$/, { error: 'must be a host name or an IP address' });

/** Outflow's own environment variables, by their names after `OUTFLOW_`. */
export const outflowVariables = z.object({
  CONFIRM_FINAL: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('true')
    .transform((word) => word === 'true')
    .meta({
      description: 'true: a callback’s final status ends a withdrawal only once a look-up agrees.',
      default: 'true',
    }),
  BRIDGE_HOST: host.default('127.0.0.1').meta({
    description: 'Address that the webhook bridge listens on.',
    default: '127.0.0.1',
  }),
  BRIDGE_PORT: port(8090).meta({ description: 'Port of the webhook bridge.', default: '8090' }),
  CODEC_HOST: host.default('127.0.0.1').meta({
    description: 'Address that the codec server listens on.',
    default: '127.0.0.1',
  }),
  CODEC_PORT: port(8091).meta({ description: 'Port of the codec server.', default: '8091' }),
  SIMULATOR_HOST: host.default('127.0.0.1').meta({
    description: 'Address that the simulator listens on.',
    default: '127.0.0.1',
  }),
  SIMULATOR_PORT: port(4010)
    .refine((number) => number <= 65531, { error: 'must be at most 65531: the four providers follow it' })
    .meta({
      description: 'Control port of the simulator; its providers follow at +1 to +4.',
      default: '4010',
    }),
  CALLBACK_ORIGIN: z
    .url({ protocol: /^https?$/, error: 'must be an origin without a path, such as http://127.0.0.1:8090' })
    .transform((text) => new URL(text))
    .refine((url) => url.href === `${url.origin}/`, { error: 'must be an origin without a path' })
    .transform((url) => url.origin)
    .optional()
    .meta({
      description: 'Where the simulator sends callbacks.',
      default: 'the bridge’s address',
    }),
  METRICS_HOST: z.ipv4({ error: 'must be an IPv4 address' }).default('127.0.0.1').meta({
    description: 'Address of the worker’s metrics.',
    default: '127.0.0.1',
  }),
  METRICS_PORT: port(9464).meta({ description: 'Port of the worker’s metrics.', default: '9464' }),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent',
    })
    .default('info')
    .meta({ description: 'How much is logged.', default: 'info' }),
  DATA_DIR: z.string().default('.outflow').meta({
    description: 'Folder of dev’s data: Temporal’s database and the simulator’s journal.',
    default: '.outflow',
  }),
  MAX_CACHED_WORKFLOWS: z
    .string()
    .regex(/^\d{1,6}$/, { error: 'must be a whole number' })
    .transform(Number)
    .optional()
    .meta({ description: 'Withdrawals that a worker keeps in memory.', default: 'the SDK’s choice' }),
});
