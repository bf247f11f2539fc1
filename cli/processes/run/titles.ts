import type { ProviderName } from '../../../domain/providers/index.js';
import { capabilities } from '../../../domain/providers/index.js';

/** The providers that a process serves, in its log. */
export function titlesOf(served: readonly { name: ProviderName }[]): string {
  const titles = served.map(({ name }) => capabilities[name].title);
  return titles.join(', ') || 'none: set a provider’s variables, see .env.example';
}
