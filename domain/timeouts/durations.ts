const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** One duration that matters beyond the line that uses it. */
export interface Duration {
  /** In milliseconds; several where one follows the other. */
  ms: number | readonly number[];
  /** What it bounds, or how often it comes. */
  bounds: string;
  why: string;
}

/**
 * Every duration that the handling of money and callbacks rests on. `test/domain/timeouts.test.ts` holds how they must relate;
 * docs/timeouts.md is made from them.
 */
export const durations = {
  /** One HTTP call to a provider. */
  call: {
    connect: {
      ms: 3 * SECOND,
      bounds: 'Connecting to the provider, TLS included.',
      why: 'Until it stands, nothing is sent; a provider that is slower is tried again.',
    },
    total: {
      ms: 10 * SECOND,
      bounds: 'The whole call, until the last byte of the response.',
      why: 'A response that takes longer is taken for lost, and the outcome for unknown.',
    },
    slow: {
      ms: SECOND,
      bounds: 'A call without a heartbeat; after it, one heartbeat names the account that is used.',
      why: 'Were the worker killed in the call, only that account’s look-ups are evidence. Quick calls cost no heartbeat.',
    },
  },

  /** Before an end for which nothing was sent, and a first create whose reference the provider doesn’t promise to be unique: had its workflow an earlier run? */
  earlierRun: {
    within: {
      ms: 3 * SECOND,
      bounds: 'Asking Temporal whether a withdrawal’s workflow was started before.',
      why: 'Its index may lag by a second or two; a create that waits for longer makes another attempt.',
    },
    again: {
      ms: SECOND / 4,
      bounds: 'From one such question to the next.',
      why: 'Most indexes lag by less.',
    },
  },

  /** A call as Temporal’s activity. */
  activity: {
    call: {
      ms: 12 * SECOND,
      bounds: 'One try of a call (start-to-close).',
      why: 'A little over the HTTP limits, so that the call’s own, better informed result comes first.',
    },
    toStart: {
      ms: 90 * SECOND,
      bounds: 'A call that waits for a worker (schedule-to-start).',
      why: 'Passed, it proves that no worker took the call, so that nothing was sent; but not of a create that has its slot.',
    },
    resolve: {
      ms: 30 * SECOND,
      bounds: 'The look-up before an operator’s `resolve`, waits and repetitions included.',
      why: 'A person waits for the result.',
    },
    ownRun: {
      ms: 10 * SECOND,
      bounds: 'The local activity that asks which run of the workflow this is, and whether there was one before it.',
      why: 'It waits three seconds at most for Temporal’s index; longer means that the worker is gone.',
    },
    repeat: {
      ms: 2 * SECOND,
      bounds:
        'The pause before Temporal repeats a call that is proven unsent, where the provider names none; times the number of tries.',
      why: 'Most such faults are over within seconds.',
    },
    repeatAtMost: {
      ms: 30 * SECOND,
      bounds: 'The longest pause between two tries of a call that Temporal repeats after a time-out.',
      why: 'A look-up is repeated for as long as its provider is away, at a low rate.',
    },
  },

  /** An attempt to create a withdrawal. */
  send: {
    window: {
      ms: 2 * MINUTE,
      bounds: 'From when an attempt is scheduled to the last moment at which it is written, repetitions included.',
      why: 'From then on, one whose worker was paused writes nothing any more.',
    },
    clockMargin: {
      ms: 5 * SECOND,
      bounds: 'How far a worker’s clock may be behind Temporal’s.',
      why: 'One that is behind by more would write after the last moment, so it sends nothing.',
    },
    arrival: {
      ms: 10 * SECOND,
      bounds: 'From the last moment of writing to the arrival at the provider.',
      why: 'With the clocks’ margin it makes the quiet time: only after it does “it was not sent” count.',
    },
    requestedAhead: {
      ms: 5 * MINUTE,
      bounds: 'How far `requestedAt` may be ahead of our clock.',
      why: 'Clocks differ; a time further ahead would lengthen the time in which it may be sent.',
    },
    byDefault: {
      ms: DAY,
      bounds: 'From `requestedAt` to `sendBy`, where none is given.',
      why: 'After a day, the payout may no longer be wanted: ask first.',
    },
  },

  /** How long Temporal remembers closed withdrawals, which bounds `sendBy`. */
  retention: {
    margin: {
      ms: HOUR,
      bounds: 'From the last moment at which anything may be sent to when Temporal may forget the withdrawal.',
      why: 'A request repeated after that would look new, and be paid twice.',
    },
    least: {
      ms: HOUR,
      bounds: 'The shortest time to send that a namespace’s retention must leave, else a worker does not start.',
      why: 'With less, almost nothing could be sent.',
    },
    fresh: {
      ms: 30 * MINUTE,
      bounds: 'How long a retention that was read counts.',
      why: 'It may be lowered under a running process; the margin is never used up by it.',
    },
    again: {
      ms: MINUTE,
      bounds: 'From a reading that failed to the next one.',
      why: 'What was read before goes on counting meanwhile.',
    },
    read: { ms: 2 * SECOND, bounds: 'One reading of it.', why: 'A send may wait for it.' },
  },

  /** Times to send, granted by the rate limiter. */
  slot: {
    length: {
      ms: 3 * SECOND,
      bounds: 'From a slot’s time to the last moment at which its send is written.',
      why: 'Later it is not sent, and asks for another slot: the next one comes only an interval after this.',
    },
    ask: {
      ms: 10 * SECOND,
      bounds: 'One request for a slot to the rate limiter.',
      why: 'A little below its activity’s time, so that its own failure comes first; asking again is the same slot.',
    },
    activity: { ms: 12 * SECOND, bounds: 'One try of the activity that asks.', why: 'As any call.' },
    attentionAfter: {
      ms: 15 * MINUTE,
      bounds: 'How long a slot is asked for before a person is asked for (`no-slot`).',
      why: 'So long a burst of thousands may take to be queued.',
    },
  },

  /** The window in which a created withdrawal must be committed. Its length is the provider’s: see its file in domain/providers/. */
  commit: {
    lead: {
      ms: 2 * SECOND,
      bounds: 'From the last moment at which a commit is written to the end of the window.',
      why: 'It must arrive in time. This is the commit’s deadline.',
    },
    closing: {
      ms: 5 * SECOND,
      bounds: 'From the end of the window to the first look-up that speaks for it.',
      why: 'The provider’s clock, and its records, may be a little behind.',
    },
    toStartAtLeast: {
      ms: SECOND,
      bounds: 'The shortest time that a commit is given to be taken by a worker.',
      why: 'Temporal takes no time-out of nothing; what starts too late is not written.',
    },
  },

  /** When the next look-up follows, by what it is for. Where several are given, the last is doubled from then on. */
  lookUp: {
    noCallback: {
      ms: [30 * SECOND],
      bounds: 'Before each look-up while no callback comes.',
      why: 'A payout takes minutes; its callback usually comes first.',
    },
    settle: {
      ms: [SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 2 * MINUTE],
      bounds: 'Before each look-up that is to settle an unknown outcome.',
      why: 'Often enough to prove absence, over the time that this takes.',
    },
    confirm: {
      ms: [0, 5 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND],
      bounds: 'Before each look-up that is to confirm a callback’s final status.',
      why: 'The provider has just said it, so its look-up should agree at once.',
    },
    confirmLater: {
      ms: MINUTE,
      bounds: 'Between two such look-ups after those, until a person is asked for.',
      why: 'A look-up may lag behind a callback by minutes.',
    },
    longest: {
      ms: HOUR,
      bounds: 'The longest time between two look-ups.',
      why: 'Nobody waits for it by the minute any more.',
    },
    longestOld: {
      ms: 6 * HOUR,
      bounds: 'The same for a withdrawal that has stood for long.',
      why: 'By then a person has been asked.',
    },
    old: { ms: 7 * DAY, bounds: 'From when it stands to when it has stood for long.', why: 'See the line above.' },
    absenceSpan: {
      ms: 5 * MINUTE,
      bounds: 'From the first to the last look-up that does not find it, before absence is proven.',
      why: 'A provider’s look-up may lag behind its creates.',
    },
    unconfirmed: {
      ms: 10 * MINUTE,
      bounds: 'A callback’s final status that no look-up has confirmed, before a person is asked for.',
      why: 'One of the two is wrong, or the look-up fails.',
    },
    unknown: {
      ms: 10 * MINUTE,
      bounds: 'An outcome that stays unknown while every look-up fails, before a person is asked for.',
      why: 'That look-ups fail must not hide what they are to settle.',
    },
  },

  /** The workflow’s own waits before the next attempt. */
  retry: {
    first: {
      ms: MINUTE,
      bounds: 'Before the next attempt of what waits for funds, credentials or a connection; doubled each time.',
      why: 'Temporal’s own repetitions, within seconds, have failed before.',
    },
    longest: {
      ms: 15 * MINUTE,
      bounds: 'The longest such wait.',
      why: 'Once the account is funded, it is sent within a quarter of an hour.',
    },
    inDoubt: {
      ms: HOUR,
      bounds: 'The same while an earlier attempt is in doubt, at least.',
      why: 'Each attempt costs the look-ups that prove the absence of the earlier one anew.',
    },
    rateLimited: {
      ms: 15 * MINUTE,
      bounds: 'How long a provider may ask for fewer requests, or to wait, before a person is asked for.',
      why: 'A short limit has ended by then.',
    },
    afterFault: {
      ms: MINUTE,
      bounds: 'After a fault of our own, before a withdrawal goes on, unless a callback comes first.',
      why: 'It must not end, and must not try without a pause.',
    },
  },

  /** When a person is reminded of a withdrawal that stands still. */
  reminder: {
    approval: {
      ms: 4 * HOUR,
      bounds: 'Before the first reminder that the provider’s Owner must approve.',
      why: 'Within a working day.',
    },
    overdue: {
      ms: DAY,
      bounds: 'Before it is overdue, and from then on each time before it is said again.',
      why: 'A payout that takes more than a day needs a person.',
    },
  },

  worker: {
    shutdown: {
      ms: 15 * SECOND,
      bounds: 'What calls in flight are given to finish when a worker stops.',
      why: 'Longer than the longest call, since only its end says what became of the money.',
    },
    stop: {
      ms: 30 * SECOND,
      bounds:
        'From SIGTERM to SIGKILL, to be given by what runs a worker (docker-compose.yml and the docs say it, too).',
      why: 'Calls in flight finish, and Temporal learns how they ended.',
    },
  },

  bridge: {
    headers: {
      ms: 10 * SECOND,
      bounds: 'From the connection, or a request’s first byte, to the end of its headers.',
      why: 'A slow client must not hold a connection.',
    },
    request: { ms: 20 * SECOND, bounds: 'From there to the last byte of its body.', why: 'As above.' },
    silence: {
      ms: 30 * SECOND,
      bounds: 'A request under way without a byte either way.',
      why: 'Longer than Temporal may take.',
    },
    idle: {
      ms: 72 * SECOND,
      bounds: 'Between two requests of one connection.',
      why: 'Longer than the default minute of the web servers that stand in front and keep connections.',
    },
    temporal: {
      ms: 5 * SECOND,
      bounds: 'One request to Temporal.',
      why: 'Cryptopay allows ten seconds for the response: a slow Temporal must be a 503 before. The SDK checks it only between two tries.',
    },
    index: {
      ms: 5 * SECOND,
      bounds: 'How long the provider’s id is looked for in the index, where the provider takes no reference of ours.',
      why: 'The index may be a moment behind.',
    },
    indexPause: { ms: 250, bounds: 'Between two looks for it.', why: 'A moment is usually enough.' },
    accepted: {
      ms: HOUR,
      bounds: 'How long the bytes of a callback that Temporal accepted are known.',
      why: 'Providers repeat callbacks; a second signal would only fill the history.',
    },
  },

  client: {
    query: {
      ms: 5 * SECOND,
      bounds: 'How long `get` waits for a worker.',
      why: 'Then it gives what Temporal’s index holds.',
    },
    action: {
      ms: 10 * SECOND,
      bounds: 'How long an operator’s action waits for a worker to take it.',
      why: 'A person waits, and may repeat it.',
    },
  },
} as const satisfies Record<string, Record<string, Duration>>;

/** So long after its `notAfter`, nothing more of an attempt arrives at the provider, ms. */
export const QUIET_MS = durations.send.clockMargin.ms + durations.send.arrival.ms;
