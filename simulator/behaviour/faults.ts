import { z } from 'zod';
import { providerName, type ProviderName } from '../ledger/payout.js';

const requestOperation = z.enum(['create', 'commit', 'lookUp']);
export type RequestOperation = z.infer<typeof requestOperation>;

const times = z.union([z.number().int().positive(), z.literal('always')]).default(1);
const body = z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]);
const ms = z.number().int().nonnegative().max(3_600_000);
const target = { provider: providerName, operation: requestOperation, times };
const answer = {
  ...target,
  status: z.number().int().min(200).max(599),
  body: body.default(''),
  contentType: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
};

const requestFault = z.discriminatedUnion('fault', [
  z.strictObject({ ...target, fault: z.literal('none') }),
  z.strictObject({ ...target, fault: z.literal('reset-before-read') }),
  z.strictObject({ ...target, fault: z.literal('reset-after-write') }),
  z.strictObject({ ...target, fault: z.literal('reset-after-store') }),
  z.strictObject({ ...target, fault: z.literal('reset-in-answer') }),
  z.strictObject({ ...target, fault: z.literal('hang-before-store'), ms }),
  z.strictObject({ ...target, fault: z.literal('hang-after-store'), ms }),
  z.strictObject({ ...target, fault: z.literal('store-late'), ms }),
  z.strictObject({ ...target, fault: z.literal('slow'), ms }),
  z.strictObject({ ...answer, fault: z.literal('status') }),
  z.strictObject({ ...answer, fault: z.literal('status-after-store') }),
  z.strictObject({ ...target, fault: z.literal('truncated') }),
  z.strictObject({ ...target, fault: z.literal('wrong-shape'), body: body.default({ ok: true }) }),
  z.strictObject({ ...target, fault: z.literal('oversized'), megabytes: z.number().int().min(1).max(64).default(8) }),
  z.strictObject({
    ...target,
    fault: z.literal('redirect'),
    status: z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)]).default(302),
    location: z.string().default('http://127.0.0.1:9/elsewhere'),
  }),
]);
export type RequestFault = z.infer<typeof requestFault>;

const callbackTarget = { provider: providerName, operation: z.literal('callback'), times };
const callbackFault = z.discriminatedUnion('fault', [
  z.strictObject({ ...callbackTarget, fault: z.literal('none') }),
  z.strictObject({ ...callbackTarget, fault: z.literal('lost') }),
  z.strictObject({ ...callbackTarget, fault: z.literal('slow'), ms }),
  z.strictObject({ ...callbackTarget, fault: z.literal('duplicate') }),
  z.strictObject({ ...callbackTarget, fault: z.literal('bad-signature') }),
  z.strictObject({ ...callbackTarget, fault: z.literal('unreadable') }),
]);
export type CallbackFault = z.infer<typeof callbackFault>;

export type Fault = RequestFault | CallbackFault;

/** All faults by name, for whoever got one wrong. */
export const faultNames: Readonly<Record<'request' | 'callback', readonly string[]>> = {
  request: requestFault.options.map((option) => option.shape.fault.value),
  callback: callbackFault.options.map((option) => option.shape.fault.value),
};

/** A plan's entry, checked against the faults of its own operation, so that the complaint is about those. */
export const faultPlan = z.array(
  z
    .looseObject({ operation: z.enum(['create', 'commit', 'lookUp', 'callback']) })
    .transform((entry, context): Fault => {
      const parsed = (entry.operation === 'callback' ? callbackFault : requestFault).safeParse(entry);
      if (parsed.success) return parsed.data;
      const known = faultNames[entry.operation === 'callback' ? 'callback' : 'request'];
      for (const issue of parsed.error.issues) {
        const isName = issue.path[0] === 'fault';
        context.addIssue({
          code: 'custom',
          path: issue.path,
          message: isName ? `expected one of ${known.join(', ')}` : issue.message,
        });
      }
      return z.NEVER;
    }),
);

interface Planned {
  readonly fault: Fault;
  left: number;
}

/** The faults still to come. The first entry that fits a call is used, as often as it says. */
export class Faults {
  #plan: Planned[] = [];

  set(plan: readonly Fault[]): void {
    this.#plan = plan.map((entry) => ({ fault: entry, left: entry.times === 'always' ? Infinity : entry.times }));
  }

  plan(): Fault[] {
    return this.#plan.map(({ fault: entry, left }) => ({ ...entry, times: left === Infinity ? 'always' : left }));
  }

  takeForRequest(provider: ProviderName, operation: RequestOperation): RequestFault | null {
    const taken = this.#take(provider, operation);
    return taken && taken.operation !== 'callback' ? taken : null;
  }

  takeForCallback(provider: ProviderName): CallbackFault | null {
    const taken = this.#take(provider, 'callback');
    return taken?.operation === 'callback' ? taken : null;
  }

  #take(provider: ProviderName, operation: RequestOperation | 'callback'): Fault | null {
    const planned = this.#plan.find(
      ({ fault: f, left }) => left > 0 && f.provider === provider && f.operation === operation,
    );
    if (!planned) return null;
    planned.left -= 1;
    this.#plan = this.#plan.filter(({ left }) => left > 0);
    return planned.fault;
  }
}
