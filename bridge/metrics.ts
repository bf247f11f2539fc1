import { Counter, Registry } from 'prom-client';
import type { ProviderName } from '../domain/providers/index.js';
import type { Outcome } from './deliver.js';
import type { Unsuccessful } from '../http/server.js';

/** What the bridge reports, once, of every callback and of whatever else is refused: for the log, and for each metric. Never its content. */
export interface CallbackReport {
  /** `none`: of no provider that is served here. */
  provider: ProviderName | 'none';
  outcome: Outcome | Unsuccessful;
  /** The name of what went wrong. */
  error?: string;
}

export interface MetricRow {
  name: string;
  type: 'counter';
  /** `of`: its value for a callback; a few different ones at most. */
  labels: readonly { name: string; meaning: string; of: (report: CallbackReport) => string }[];
  meaning: string;
}

/** The bridge's metrics, one row each: what `/metrics` says and docs/observing.md shows. Each is kept from the reports alone. */
export const metricRows: readonly MetricRow[] = [
  {
    name: 'outflow_callbacks_total',
    type: 'counter',
    labels: [
      {
        name: 'provider',
        meaning: 'whose callback; `none`: of no provider that is served',
        of: ({ provider }) => provider,
      },
      {
        name: 'outcome',
        meaning:
          '`applied`, `duplicate`, `case`, `not a withdrawal`, `not ours` (all answered 200), `refused` with its HTTP status, `not taken` (503), `broken off`, `dropped: too many connections`',
        of: ({ outcome }) => outcome,
      },
    ],
    meaning: 'Callbacks received, by provider and by what became of them.',
  },
];

/** Metrics of one bridge, all at zero; `record` takes a report into every one of them. */
export function createMetrics() {
  const registry = new Registry();
  const counters = metricRows.map(({ name, meaning, labels }) => {
    const counter = new Counter({
      name,
      help: meaning,
      labelNames: labels.map((label) => label.name),
      registers: [registry],
    });
    return (report: CallbackReport) =>
      counter.inc(Object.fromEntries(labels.map((label) => [label.name, label.of(report)])));
  });
  const record = (report: CallbackReport) => {
    for (const count of counters) count(report);
  };
  return { registry, record };
}
