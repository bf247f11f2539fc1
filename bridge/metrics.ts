import { Counter, Registry } from 'prom-client';

export interface MetricRow<Label extends string = string> {
  name: string;
  type: 'counter';
  labels: readonly { name: Label; meaning: string }[];
  meaning: string;
}

/** The bridge's metrics, one row each: what `/metrics` says and docs/observing.md shows. Never a callback's content. */
export const metricRows = {
  callbacks: {
    name: 'outflow_callbacks_total',
    type: 'counter',
    labels: [
      { name: 'provider', meaning: 'whose callback; `none`: of no provider that is served' },
      {
        name: 'outcome',
        meaning:
          '`applied`, `duplicate`, `case`, `not a withdrawal`, `not ours` (all answered 200), `refused` with its HTTP status, `not taken` (503), `broken off`, `dropped: too many connections`',
      },
    ],
    meaning: 'Callbacks received, by provider and by what became of them.',
  },
} as const satisfies Record<string, MetricRow>;

/** Metrics of one bridge, all at zero. */
export function createMetrics() {
  const registry = new Registry();
  const counter = <Label extends string>({ name, meaning, labels }: MetricRow<Label>) =>
    new Counter({ name, help: meaning, labelNames: labels.map((label) => label.name), registers: [registry] });
  return { registry, callbacks: counter(metricRows.callbacks) };
}
