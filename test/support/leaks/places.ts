import { spawnSync } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fetched } from '../callbacks.js';
import type { RunningStack } from '../stack.js';
import { command, type World } from './world.js';

/** All that can be read in one place without a key, by the place's name. */
export type Places = Map<string, Buffer>;

/** The books of the simulated providers, who know what they pay to whom: they stand for servers that are not ours. */
const booksOfProviders = 'simulator-journal';

/** What can be read of a stack that runs: Temporal's database, its UI's API, metrics, commands that name no data, command lines. */
export async function placesOfRunning(world: World): Promise<Places> {
  const { stack } = world;
  const places: Places = new Map();
  const put = (name: string, ...texts: string[]) => places.set(name, Buffer.from(texts.join('\n')));
  put('the API of Temporal’s UI', ...(await apiOf(stack)));
  put('metrics of the bridge', (await fetched(`${stack.bridge}/metrics`)).text);
  put('metrics of the worker', (await fetched(`${stack.workerMetrics}/metrics`)).text);
  for (const args of [['list'], ['list', '--json', '--limit', 'all'], ['inbox'], ['inbox', '--json'], ['doctor']])
    await command(world, args);
  put(
    'command lines',
    spawnSync('ps', ['-ww', '-o', 'args=', '-p', stack.pids.join(',')], { encoding: 'utf8' }).stdout,
  );
  for (const [name, bytes] of await files(stack.folder)) if (name.startsWith('temporal.db')) places.set(name, bytes);
  return places;
}

/** What is left of a stack that has ended: its logs, and every other file. */
export async function placesOfEnded({ stack, said }: World): Promise<Places> {
  const places = await files(stack.folder);
  places.set('what was said of its processes', Buffer.from(JSON.stringify(stack.events)));
  places.set('errors, and what commands said', Buffer.from(said.join('\n')));
  return places;
}

/** Every file in the folder, by its name there. */
async function files(folder: string): Promise<Places> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => !name.startsWith(booksOfProviders));
  const found: Places = new Map();
  for (const name of names) {
    const path = join(folder, name);
    if ((await stat(path)).isFile()) found.set(name, await readFile(path));
  }
  return found;
}

/** What the pages of Temporal's UI ask for: the list, and of each workflow its description, history and details. */
async function apiOf({ uiUrl }: RunningStack): Promise<string[]> {
  const base = `${uiUrl}/api/v1/namespaces/default`;
  const ask = async (path: string, options = {}) => {
    const { status, text } = await fetched(path, options);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return text;
  };
  const list = await ask(`${base}/workflows?maximumPageSize=200&query=`);
  const { executions } = JSON.parse(list) as { executions: { execution: { workflowId: string; runId: string } }[] };
  const ofEach = await Promise.all(
    executions.map(async ({ execution: { workflowId, runId } }) => {
      const path = `${base}/workflows/${encodeURIComponent(workflowId)}`;
      const run = `execution.runId=${runId}`;
      return [
        await ask(`${path}?${run}`),
        await ask(`${path}/history?${run}&maximumPageSize=1000`),
        await ask(`${path}/history-reverse?${run}&maximumPageSize=1000`),
      ];
    }),
  );
  const others = await Promise.all(
    [base, `${base}/search-attributes`, `${base}/task-queues/outflow`, `${uiUrl}/api/v1/settings`].map((path) =>
      ask(path),
    ),
  );
  return [list, ...ofEach.flat(), ...others];
}
