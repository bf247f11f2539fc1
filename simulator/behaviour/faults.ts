import { z } from 'zod';
import { providerName } from '../ledger/payout.js';

const requestOperation = z.enum(['create', 'commit', 'lookUp']);
export type RequestOperation = z.infer<typeof requestOperation>;

const times = z.union([z.number().int().positive(), z.literal('always')]).default(1);
const body = z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]);
const ms = z.number().int().nonnegative().max(3_600_000);
const target = { provider: providerName, operation: requestOperation, times };
const response = {
  ...target,
  status: z.number().int().min(200).max(599),
  body: body.default(''),
  contentType: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
};

/** What a fault of a request does, as docs/simulator.md shows it. */
interface RequestFaultTexts {
  /** The parameters that it alone has, with their defaults. */
  readonly parameters?: string;
  readonly stored: 'yes' | 'no' | 'yes, at once' | 'yes, after `ms`';
  readonly client: string;
}
const requestTexts = z.registry<RequestFaultTexts>();

/** One row per fault: its parameters and its texts. What it does is in http/inject-fault.ts. */
export const requestFault = z.discriminatedUnion('fault', [
  z.strictObject({ ...target, fault: z.literal('none') }).register(requestTexts, {
    stored: 'yes',
    client: 'the usual response: lets a call through before the next fault',
  }),
  z.strictObject({ ...target, fault: z.literal('reset-before-read') }).register(requestTexts, {
    stored: 'no',
    client: 'connection reset before the request was read',
  }),
  z.strictObject({ ...target, fault: z.literal('reset-after-write') }).register(requestTexts, {
    stored: 'no',
    client: 'connection reset after the whole request was read',
  }),
  z.strictObject({ ...target, fault: z.literal('reset-after-store') }).register(requestTexts, {
    stored: 'yes',
    client: 'connection reset instead of a response',
  }),
  z.strictObject({ ...target, fault: z.literal('reset-in-answer') }).register(requestTexts, {
    stored: 'yes',
    client: 'connection ends after half of the response',
  }),
  z.strictObject({ ...target, fault: z.literal('hang-before-store'), ms }).register(requestTexts, {
    parameters: '`ms`',
    stored: 'no',
    client: 'nothing for `ms`, then a reset',
  }),
  z.strictObject({ ...target, fault: z.literal('hang-after-store'), ms }).register(requestTexts, {
    parameters: '`ms`',
    stored: 'yes, at once',
    client: 'nothing for `ms`, then a reset',
  }),
  z.strictObject({ ...target, fault: z.literal('store-late'), ms }).register(requestTexts, {
    parameters: '`ms`',
    stored: 'yes, after `ms`',
    client: 'the usual response after `ms`, if the client still waits',
  }),
  z.strictObject({ ...target, fault: z.literal('slow'), ms }).register(requestTexts, {
    parameters: '`ms`',
    stored: 'yes, at once',
    client: 'the usual response after `ms`',
  }),
  z.strictObject({ ...response, fault: z.literal('status') }).register(requestTexts, {
    parameters: '`status`, `body`, `contentType`, `headers`',
    stored: 'no',
    client: 'that response (text is HTML, anything else JSON, unless `contentType` says otherwise)',
  }),
  z.strictObject({ ...response, fault: z.literal('status-after-store') }).register(requestTexts, {
    parameters: 'same',
    stored: 'yes',
    client: 'that response',
  }),
  z.strictObject({ ...target, fault: z.literal('truncated') }).register(requestTexts, {
    stored: 'yes',
    client: 'whole HTTP around half of the JSON',
  }),
  z
    .strictObject({ ...target, fault: z.literal('wrong-shape'), body: body.default({ ok: true }) })
    .register(requestTexts, {
      parameters: '`body`, default `{"ok":true}`',
      stored: 'yes',
      client: 'the usual status with that JSON',
    }),
  z
    .strictObject({ ...target, fault: z.literal('oversized'), megabytes: z.number().int().min(1).max(64).default(8) })
    .register(requestTexts, {
      parameters: '`megabytes`, default 8',
      stored: 'yes',
      client: 'the usual status with a very long JSON',
    }),
  z
    .strictObject({
      ...target,
      fault: z.literal('redirect'),
      status: z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)]).default(302),
      location: z.string().default('http://127.0.0.1:9/elsewhere'),
    })
    .register(requestTexts, {
      parameters: '`status` 301, 302, 307 or 308, `location`',
      stored: 'no',
      client: 'a redirect elsewhere',
    }),
]);
export type RequestFault = z.infer<typeof requestFault>;

/** What a fault of a callback does, as docs/simulator.md shows it. */
interface CallbackFaultTexts {
  readonly parameters?: string;
  readonly bridge: string;
}
const callbackTexts = z.registry<CallbackFaultTexts>();

const callbackTarget = { provider: providerName, operation: z.literal('callback'), times };
/** One row per fault. What it does is in webhooks/webhook-sender.ts. */
export const callbackFault = z.discriminatedUnion('fault', [
  z.strictObject({ ...callbackTarget, fault: z.literal('none') }).register(callbackTexts, { bridge: 'the callback' }),
  z.strictObject({ ...callbackTarget, fault: z.literal('lost') }).register(callbackTexts, {
    bridge: 'nothing, and no retry',
  }),
  z.strictObject({ ...callbackTarget, fault: z.literal('slow'), ms }).register(callbackTexts, {
    parameters: '`ms`',
    bridge: 'the callback, `ms` late',
  }),
  z.strictObject({ ...callbackTarget, fault: z.literal('duplicate') }).register(callbackTexts, {
    bridge: 'the callback twice',
  }),
  z.strictObject({ ...callbackTarget, fault: z.literal('bad-signature') }).register(callbackTexts, {
    bridge:
      'the callback with a wrong signature (nothing changes at CryptoCloud, whose postback has no signature header)',
  }),
  z.strictObject({ ...callbackTarget, fault: z.literal('unreadable') }).register(callbackTexts, {
    bridge: 'a signed body that is no JSON',
  }),
]);
export type CallbackFault = z.infer<typeof callbackFault>;

export type Fault = RequestFault | CallbackFault;

/** All faults, as docs/simulator.md shows them. */
export const requestFaultRows = requestFault.options.map((option) => rowOf(option, requestTexts.get(option)));
export const callbackFaultRows = callbackFault.options.map((option) => rowOf(option, callbackTexts.get(option)));

function rowOf<Texts>(option: { shape: { fault: { value: string } } }, texts: Texts | undefined) {
  const fault = option.shape.fault.value;
  if (texts === undefined) throw new Error(`fault ${fault}: without texts`);
  return { fault, ...texts };
}

/** Faults by name, for the error about a wrong one. */
export const faultNames = {
  request: requestFaultRows.map(({ fault }) => fault),
  callback: callbackFaultRows.map(({ fault }) => fault),
};
