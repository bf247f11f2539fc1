import { metricRows } from '../../bridge/metrics.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { inCode, table } from './markdown.js';

/** `docs/observing.md`: what can be watched and searched, made from the tables that the code goes by. */
export function observingDoc(): string {
  return [
    '# What can be watched',
    'Made from the code by `npm run docs`; a test fails when it is stale. None of it holds personal data.',
    '',
    '## Search attributes',
    '',
    'Of every withdrawal’s workflow, in Temporal’s UI and by `temporal workflow list --query`; they need no live worker. `outflow dev` registers',
    'them on its own server, deploy/temporal-namespace.sh on yours.',
    '',
    table(
      ['name', 'type', 'meaning', 'filled from'],
      Object.values(searchAttributes).map(({ name, type, meaning, filledFrom }) => [
        inCode(name),
        type,
        meaning,
        filledFrom,
      ]),
    ),
    '',
    '## Metrics',
    '',
    'For Prometheus. The bridge has these at `/metrics` of its own port; a worker has those of Temporal’s SDK at `OUTFLOW_METRICS_PORT`.',
    '',
    table(
      ['name', 'type', 'meaning', 'labels'],
      metricRows.map(({ name, type, labels, meaning }) => [
        inCode(name),
        type,
        meaning,
        labels.map((label) => `${inCode(label.name)}: ${label.meaning}`).join('; '),
      ]),
    ),
    '',
  ].join('\n');
}
