import { stat } from 'node:fs/promises';
import { connectClient } from '../../../temporal/connection.js';
import { testKeys } from '../encryption.js';
import { RunningStack } from '../stack.js';
import { Canaries } from './canaries.js';
import { placesOfEnded, placesOfRunning } from './places.js';
import type { Hit } from './search.js';
import { LeakSearch } from './search.js';
import type { World } from './world.js';

/** What became of the personal data that a stack was given. */
export interface Traces {
  kept: Canaries;
  unkept: Canaries;
  /** What of it was found in each place. A place without is there, too. */
  hits: Map<string, Hit[]>;
  /** Its own folder's mode. */
  folderMode: number;
}

/** Everything logs all that it can. */
const settings = {
  OUTFLOW_LOG_LEVEL: 'trace',
  CRYPTOCLOUD_MIN_INTERVAL: '0.1',
  CRYPTOPROCESSING_ABSENT_STATUS: '404', // what the simulator answers
};
const off = { OUTFLOW_ENCRYPTION: 'off', OUTFLOW_ENCRYPTION_KEYS: '', OUTFLOW_HASH_KEY: '' };

/** Starts all of Outflow, lets things happen, ends it, and searches all that it has left or shown. */
export async function tracesOf(
  happening: (world: World) => Promise<void>,
  { encrypted }: { encrypted: boolean },
): Promise<Traces> {
  const stack = await RunningStack.start({ settings: encrypted ? settings : { ...settings, ...off } });
  try {
    await stack.simulator.limits({ cryptocloud: { intervalMs: 0 } });
    const { client, connection } = await connectClient({ address: stack.temporal }, stack.encryption);
    const world: World = { stack, temporal: client, kept: new Canaries(), unkept: new Canaries(), said: [] };
    for (const [name, value] of Object.entries(testKeys)) world.unkept.kept(name, bytesIn(value));
    await happening(world);
    const running = await placesOfRunning(world);
    await connection.close();
    const folderMode = (await stat(stack.folder)).mode;
    await stack.end();
    return { ...world, folderMode, hits: searched(world, [...running, ...(await placesOfEnded(world))]) };
  } finally {
    await stack.stop();
  }
}

/** The bytes of a key, which are ASCII letters in tests. */
function bytesIn(key: string): string {
  return Buffer.from(key.replace(/^.*:/, ''), 'base64').toString('latin1');
}

function searched({ kept, unkept }: World, places: Iterable<[string, Buffer]>): Traces['hits'] {
  const search = new LeakSearch([...kept.all, ...unkept.all].map(({ text }) => text));
  const hits: Traces['hits'] = new Map();
  for (const [name, bytes] of places) hits.set(name, [...(hits.get(name) ?? []), ...search.hitsIn(bytes)]);
  return hits;
}
