import type { KeyUsage, KeyUse, UsersOfKey } from '../../client/keys/usage.js';
import { keyUsage } from '../../client/keys/usage.js';
import type { EncryptionSettings } from '../../settings/encryption.js';
import { setExit } from '../output/exit-codes.js';
import { printJson, tableOf } from '../output/text.js';
import { connectOperator } from './operator-client.js';

/** How long it says nothing, and how often it then says how far it has come, ms. */
const FIRST_REPORT_MS = 2_000;
const REPORT_EVERY_MS = 2_000;

/** So many of those that could not be read are named, where people read it. */
const NAMED = 10;

/** A key, what needs it, and what this process does with it. */
export interface KeyRow extends KeyUse {
  /** `missing`: it can't be read here. */
  here: 'encrypts' | 'decrypts' | 'missing';
}

const nobody: UsersOfKey = { withdrawal: 0, case: 0, rateLimiter: 0 };

export async function keysUsage({ json }: { json?: true }): Promise<void> {
  const { client, connection, encryption } = await connectOperator();
  try {
    const usage = await keyUsage(client, progress());
    const rows = keyRows(usage, encryption);
    if (json === true) for (const line of [...rows, ...usage.unread]) printJson(line);
    else console.log(usageLines(rows, usage).join('\n'));
    if (usage.unread.length > 0) setExit('someFailed');
  } finally {
    await connection.close();
  }
}

/** The keys that this process has, and those that anything needs. */
export function keyRows({ keys: uses }: KeyUsage, { keys: ring }: EncryptionSettings): KeyRow[] {
  const ids = new Set([...(ring?.byId.keys() ?? []), ...uses.map(({ keyId }) => keyId)]);
  return [...ids].map((keyId) => ({
    ...(uses.find((use) => use.keyId === keyId) ?? { keyId, open: nobody, closed: nobody }),
    here: ring?.current.id === keyId ? 'encrypts' : ring?.byId.has(keyId) === true ? 'decrypts' : 'missing',
  }));
}

/** A table of the keys, and what may be dropped: only what is certainly not needed. */
export function usageLines(rows: readonly KeyRow[], { lookedAt, unread }: KeyUsage): string[] {
  const table = tableOf(
    ['key', 'here', 'open: withdrawals', 'cases', 'rate limiters', 'closed'],
    rows.map(({ keyId, here, open, closed }) => [
      ...[keyId, here, String(open.withdrawal), String(open.case), String(open.rateLimiter)],
      String(closed.withdrawal + closed.case + closed.rateLimiter),
    ]),
  );
  const named = unread.slice(0, NAMED).map(({ workflowId, why }) => `  ${workflowId}: ${why}`);
  const more = unread.length > NAMED ? [`  and ${unread.length - NAMED} more: --json names all`] : [];
  const failures =
    unread.length === 0 ? [] : [`${unread.length} could not be read, and may need any key:`, ...named, ...more];
  return [
    table,
    `${lookedAt} runs were looked at.`,
    ...failures,
    ...rows.flatMap((row) => adviceOn(row, unread.length)),
  ];
}

function adviceOn({ keyId, here, open, closed }: KeyRow, unread: number): string[] {
  const isOpen = Object.values(open).some((count) => count > 0);
  const isNeeded = isOpen || Object.values(closed).some((count) => count > 0);
  if (here === 'missing')
    return isOpen ? [`${keyId} is missing here, and what is open needs it: add it, or its withdrawals wait.`] : [];
  if (here === 'encrypts' || isOpen) return [];
  if (isNeeded) return [`${keyId}: nothing open needs it; without it, those that have ended can’t be read any more.`];
  return unread > 0
    ? [`${keyId}: nothing that could be read needs it; it may be needed all the same.`]
    : [
        `${keyId}: nothing in Temporal needs it. Once no process encrypts with it, take it out of OUTFLOW_ENCRYPTION_KEYS; a backup may still need it.`,
      ];
}

/** Says on stderr how far it has come, for as long as it takes. */
function progress(): (done: number, of: number) => void {
  let next = Date.now() + FIRST_REPORT_MS;
  return (done, of) => {
    if (Date.now() < next) return;
    next = Date.now() + REPORT_EVERY_MS;
    process.stderr.write(`${done} of ${of} runs were looked at.\n`);
  };
}
