import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporal } from '../../../temporal/embedded/temporal-cli.js';

/** Temporal's executable, asking workflows for a fresh history from so many events on: 4,096 as shipped. */
export async function temporalWithShortHistories(events: number): Promise<{
  executable: string;
  remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'outflow-temporal-'));
  const executable = join(folder, 'temporal');
  const real = await findTemporal(() => undefined);
  const setting = `--dynamic-config-value limit.historyCount.suggestContinueAsNew=${events}`;
  await writeFile(executable, `#!/bin/sh\nexec '${real}' "$@" ${setting}\n`);
  await chmod(executable, 0o755);
  return { executable, remove: () => rm(folder, { recursive: true }) };
}
