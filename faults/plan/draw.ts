import { faultNames } from '../../simulator/behaviour/faults.js';
import type { Fault as ProviderFault } from '../../simulator/behaviour/faults.js';
import { requestFault, callbackFault } from '../../simulator/behaviour/faults.js';
import type { ModeValues } from '../../simulator/behaviour/modes.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { Random } from '../world/random.js';
import type { Moment } from '../world/trace.js';
import { EPOCH } from '../world/virtual-time.js';
import type { Act, CallbackTrick, Plan, PlannedFault, PlannedSettings, Target, Trigger } from './plan.js';
import { drawProvider, drawRequest } from './requests.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Run `run` of the seed: most runs have few withdrawals and a handful of faults that meet. */
export function drawPlan(seed: number, run: number): Plan {
  const random = new Random(seed, run, 1);
  const count = random.pick([1, 1, 1, 2, 2, 3]);
  // Those of one provider may stand in each other's way.
  const only = random.oneIn(3) ? drawProvider(random) : undefined;
  const withdrawals = Array.from({ length: count }, (_, index) => {
    const submitAt = random.oneIn(3) ? 0 : random.duration(10, 30 * SECOND);
    return { request: drawRequest(random, index, EPOCH + submitAt, only ?? drawProvider(random)), submitAt };
  });
  const providers = [...new Set(withdrawals.map(({ request }) => request.provider))];
  return {
    withdrawals,
    settings: drawSettings(random),
    modes: random.oneIn(4) ? drawModes(random) : {},
    providerFaults: Array.from({ length: random.pick([0, 0, 1, 1, 2, 3]) }, () =>
      drawProviderFaults(random, providers),
    ).flat(),
    faults: Array.from({ length: random.pick([0, 1, 2, 3, 4, 5, 7]) }, () => drawFault(random, count)).flat(),
  };
}

function drawSettings(random: Random): PlannedSettings {
  const skew = () => (random.oneIn(3) ? random.pick([-1, 1]) * random.duration(10, 5 * MINUTE) : 0);
  return {
    confirmFinal: !random.oneIn(3),
    resendAlphapo: random.oneIn(3),
    postback: random.oneIn(3) ? 'confirm' : 'ask',
    retentionHours: random.pick([3, 24, 24, 72]),
    indexLagMs: random.pick([0, 20, 300, 1_500]),
    forgetsOneIn: random.pick([0, 0, 0, 0, 4, 4, 1]),
    skewsMs: [skew(), skew()],
    ...(random.oneIn(6) && { ownerLimit: '0.000001' }),
  };
}

function drawModes(random: Random): Partial<ModeValues> {
  const modes: Partial<ModeValues>[] = [
    { 'reference-not-unique': true },
    { 'late-commit-accepted': true },
    { 'new-after-expiry': true },
    { 'pending-until-committed': true },
    { 'refusal-stored': true },
    { 'look-up-lags': random.duration(500, 20 * MINUTE) },
    { 'absent-status': { status: random.pick([400, 422, 200]) } },
    { 'bare-envelope': true },
    { 'old-envelope': true },
    { 'exchange-without-fee': true },
    { postback: random.pick(['json', 'form']) },
  ];
  return Object.assign(
    {},
    ...Array.from({ length: random.pick([1, 1, 2]) }, () => random.pick(modes)),
  ) as Partial<ModeValues>;
}

/** A fault of a provider’s, after as many calls that go well. */
function drawProviderFaults(random: Random, providers: readonly ProviderName[]): ProviderFault[] {
  const provider = random.pick(providers);
  const operation = random.weighted({ create: 6, commit: 3, lookUp: 4, callback: 3 });
  const skipped = random.pick([0, 0, 0, 1, 2]);
  const names = operation === 'callback' ? faultNames.callback : faultNames.request;
  const fault = random.pick(names.filter((name) => name !== 'none' && name !== 'redirect' && name !== 'oversized'));
  const times = random.pick([1, 1, 1, 2, 3, 8]);
  const ms = random.pick([random.duration(50, 15 * SECOND), random.duration(10 * SECOND, 10 * MINUTE)]);
  const drawn = {
    provider,
    operation,
    fault,
    times,
    ...(needsMs(fault) && { ms }),
    ...(fault.startsWith('status') && drawAnswer(random, operation, fault === 'status-after-store')),
  };
  const parse = (entry: object): ProviderFault =>
    operation === 'callback' ? callbackFault.parse(entry) : requestFault.parse(entry);
  const before = skipped > 0 ? [parse({ provider, operation, fault: 'none', times: skipped })] : [];
  return [...before, parse(drawn)];
}

function needsMs(fault: string): boolean {
  return ['hang-before-store', 'hang-after-store', 'store-late', 'slow'].includes(fault);
}

/** What a provider, or a proxy in front of it, answers in place of what it should. */
function drawAnswer(random: Random, operation: string, isStored: boolean): object {
  const page = '<html><body>Bad gateway</body></html>';
  const absent = { status: 404, body: { errors: { foreign_id: 'Transaction not found.' } } };
  const taken = { status: 400, body: { errors: { foreign_id: 'The foreign id has already been taken.' } } };
  // In the provider's own words and untrue of what it has stored, these would be lies that nobody can see through.
  const refusals = [
    { status: 401, body: { errors: { key: 'Bad key' } } },
    { status: 400, body: { errors: { amount: 'is wrong' } } },
    {
      status: 429,
      body: { errors: [{ code: 'too_many_requests', message: 'Too many requests' }] },
      headers: { 'retry-after': '5' },
    },
  ];
  return random.pick<object>([
    ...(isStored ? [] : refusals),
    { status: 500, body: page },
    { status: 502, body: page },
    { status: 503, body: page },
    { status: 504, body: page },
    { status: 403, body: page },
    { status: 404, body: page },
    { status: 429, body: page, headers: { 'retry-after': String(random.pick([1, 30, 600])) } },
    { status: 500, body: { error: 'internal' } },
    { status: 500, body: { errors: { amount: 'is wrong' } } },
    { status: 200, body: '' },
    { status: 200, body: {} },
    operation === 'lookUp' ? absent : taken,
  ]);
}

const moments: Partial<Record<Moment, number>> = {
  submitted: 2,
  'task given out': 3,
  'task answered': 3,
  'activity given out': 4,
  connected: 3,
  'create written': 6,
  'create stored': 6,
  'create answered': 5,
  'commit written': 4,
  'commit answered': 3,
  'look-up written': 2,
  'look-up answered': 3,
  'activity reported': 3,
  'slot granted': 3,
  'callback sent': 4,
  'callback taken': 3,
  'timer fired': 2,
  'became unknown': 6,
  'asked for a person': 3,
  closed: 3,
};

function drawTrigger(random: Random): Trigger {
  if (random.oneIn(5)) return { at: random.duration(1, 3 * HOUR) };
  const moment = random.weighted(moments as Record<Moment, number>);
  const afterMs = random.pick([0, 0, 0, random.duration(1, SECOND), random.duration(SECOND, 20 * MINUTE)]);
  return { moment, nth: random.pick([1, 1, 1, 2, 3, 5]), afterMs };
}

type Do = Act['do'];

const acts: Record<Do, number> = {
  'kill worker': 10,
  'workers down': 5,
  'pause worker': 8,
  'evict workflows': 2,
  'move clock': 3,
  'temporal down': 4,
  'lose answers of temporal': 4,
  'bridge down': 3,
  'refuse connections': 4,
  'slow network': 3,
  'rotate api key': 2,
  'rotate callback secrets': 1,
  'start again': 2,
  cancel: 5,
  'cancel in temporal': 3,
  retry: 4,
  resolve: 6,
  'submit again': 4,
  'suggest continue-as-new': 5,
  reset: 5,
  terminate: 3,
  'send callback': 8,
  'act at provider': 4,
};

/** Now and then the same fault, or another one, follows at once: rare pairs meet. */
function drawFault(random: Random, count: number): PlannedFault[] {
  const when = drawTrigger(random);
  const first = { when, act: drawAct(random, count) };
  if (!random.oneIn(3)) return [first];
  const later =
    'at' in when
      ? { at: when.at + random.duration(1, MINUTE) }
      : { ...when, afterMs: when.afterMs + random.pick([0, random.duration(1, MINUTE)]) };
  return [first, { when: later, act: drawAct(random, count) }];
}

function drawAct(random: Random, count: number): Act {
  const target = (): Target => (random.oneIn(3) ? random.integer(0, count - 1) : 'subject');
  const worker: Target = random.oneIn(3) ? random.integer(0, 1) : 'subject';
  const name = random.weighted(acts);
  switch (name) {
    case 'kill worker':
      return {
        do: name,
        worker,
        downMs: random.pick([0, random.duration(100, MINUTE), random.duration(MINUTE, 4 * HOUR)]),
      };
    case 'workers down':
      return {
        do: name,
        ms: random.pick([
          random.duration(SECOND, MINUTE),
          random.duration(20 * SECOND, 90 * SECOND),
          random.duration(MINUTE, 12 * HOUR),
        ]),
      };
    case 'pause worker':
      return {
        do: name,
        worker,
        ms: random.pick([
          random.duration(500, 30 * SECOND),
          random.duration(10 * SECOND, 10 * MINUTE),
          random.duration(MINUTE, 6 * HOUR),
        ]),
      };
    case 'evict workflows':
      return { do: name, worker };
    case 'move clock':
      return { do: name, worker, byMs: random.pick([-1, 1]) * random.duration(100, 10 * MINUTE) };
    case 'temporal down':
      return { do: name, ms: random.pick([random.duration(100, MINUTE), random.duration(MINUTE, 24 * HOUR)]) };
    case 'lose answers of temporal':
      return { do: name, count: random.pick([1, 1, 2, 5]) };
    case 'bridge down':
      return { do: name, ms: random.pick([random.duration(100, MINUTE), random.duration(MINUTE, 24 * HOUR)]) };
    case 'refuse connections':
      return { do: name, ms: random.duration(500, HOUR), how: random.pick(['refused', 'hangs']) };
    case 'slow network':
      return { do: name, ms: random.duration(SECOND, 10 * MINUTE), delayMs: random.duration(100, 15 * SECOND) };
    case 'rotate api key':
      return { do: name, workersKnowAfterMs: random.duration(SECOND, 2 * HOUR) };
    case 'rotate callback secrets':
      return { do: name };
    case 'start again':
      return { do: name, withdrawal: target() };
    case 'cancel':
      return { do: name, withdrawal: target(), times: random.pick([1, 1, 2]) };
    case 'cancel in temporal':
      return { do: name, withdrawal: target() };
    case 'retry':
      return { do: name, withdrawal: target(), times: random.pick([1, 1, 2]) };
    case 'resolve':
      return { do: name, withdrawal: target(), outcome: random.pick(['confirmed', 'notPaid', 'honest', 'honest']) };
    case 'submit again':
      return {
        do: name,
        withdrawal: target(),
        change: random.pick(['none', 'none', 'amount', 'address']),
        times: random.pick([1, 2, 3]),
        // After the longest of the retentions, Temporal has forgotten it.
        afterMs: random.pick([0, 0, 0, 0, 0, 4 * HOUR, 73 * HOUR]),
      };
    case 'suggest continue-as-new':
      return { do: name, withdrawal: target() };
    case 'reset':
      return { do: name, withdrawal: target(), task: random.integer(1, 4) };
    case 'terminate':
      return { do: name, withdrawal: target(), recoverAfterMs: random.duration(100, HOUR) };
    case 'send callback': {
      const tricks: CallbackTrick[] = [
        'old',
        'repeated',
        'forged',
        'altered',
        'unknown word',
        'unknown reference',
        'of another',
      ];
      return { do: name, withdrawal: target(), how: random.pick(tricks) };
    }
    case 'act at provider':
      return { do: name, withdrawal: target(), action: random.pick(['confirm', 'approve', 'decline', 'cancel']) };
  }
}
