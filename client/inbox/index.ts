import type { Client } from '@temporalio/client';
import { caseItems } from './cases.js';
import type { InboxItem } from './items.js';
import { groupOf, providerOf, rankOf } from './items.js';
import { attentionItems, closedItems, ownerItems } from './withdrawals.js';
import { stuckItems, unservedItems } from './workers.js';

export { groupOf, providerOf } from './items.js';
export type { InboxItem } from './items.js';

/** So many open workflows are looked at for failing tasks, the oldest first, unless said otherwise. */
const LOOKED_AT = 10_000;

/**
 * All that needs a person, the most severe first, then by reason and provider, the oldest first. `lookedAt`: how many open workflows are looked
 * at for failing tasks at most.
 */
export async function inboxOf(temporal: Client, { lookedAt = LOOKED_AT } = {}): Promise<InboxItem[]> {
  const found = await Promise.all([
    attentionItems(temporal),
    closedItems(temporal),
    ownerItems(temporal),
    caseItems(temporal),
    stuckItems(temporal, lookedAt),
    unservedItems(temporal),
  ]);
  return found
    .flat()
    .sort(
      (a, b) =>
        rankOf(b) - rankOf(a) ||
        groupOf(a).localeCompare(groupOf(b)) ||
        providerOf(a).localeCompare(providerOf(b)) ||
        a.since.localeCompare(b.since),
    );
}
