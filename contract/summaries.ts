import type { ProviderName } from '../domain/providers/index.js';
import { capabilities, providerNames } from '../domain/providers/index.js';
import type { Status } from '../domain/withdrawal/lifecycle.js';
import { statuses } from '../domain/withdrawal/lifecycle.js';
import { caseReasons } from './case-reasons.js';

/** What is asked of a provider. */
export type Call = (typeof calls)[number];

const calls = ['create', 'commit', 'look up'] as const;

/** What Temporal's UI shows beside a workflow, a call or a timer: words of ours alone, none of a person or a provider. */
export const summaries = {
  withdrawal: (provider: ProviderName) => `${capabilities[provider].title} withdrawal`,
  rateLimiter: 'grants times to send',
  case: (reason: string) => `case: ${reason}`,
  call: (call: Call, provider: ProviderName) => `${call} at ${capabilities[provider].title}`,
  slot: (provider: ProviderName) => `acquire a slot at ${capabilities[provider].title}`,
  nextLook: (status: Status) => `${status}: next look`,
};

const every: ReadonlySet<string> = new Set([
  summaries.rateLimiter,
  ...providerNames.flatMap((provider) => [
    ...[summaries.withdrawal(provider), summaries.slot(provider)],
    ...calls.map((call) => summaries.call(call, provider)),
  ]),
  ...caseReasons.map(summaries.case),
  ...statuses.map(summaries.nextLook),
]);

/** Whether a text is one of those, word for word: what else is written in such a place may be anything. */
export function isSummary(text: string): boolean {
  return every.has(text);
}
