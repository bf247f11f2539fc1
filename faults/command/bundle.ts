import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);
const overrides = fileURLToPath(
  new URL('module-overrides/', `file://${require.resolve('@temporalio/worker/lib/workflow/bundler.js')}`),
);

/** One line of a source file, changed. The text must stand in the file exactly once. */
export interface Patch {
  /** From the root of the checkout. */
  file: string;
  find: string;
  replace: string;
}

/** What would only cost time: nothing that a run shows depends on it. */
const forSpeed: readonly Patch[] = [
  {
    // The simulator looks at its clock four times a second, in case it jumps; here it never does.
    file: 'simulator/time/scheduler.ts',
    find: 'const longestSleepMs = 250;',
    replace: 'const longestSleepMs = 86_400_000;',
  },
  {
    // Room for so many is made at each start of the bridge, and a run has a handful.
    file: 'bridge/take-callback.ts',
    find: 'const CALLBACKS_KEPT = 50_000;',
    replace: 'const CALLBACKS_KEPT = 500;',
  },
];

export interface Bundles {
  /** What runs in the workflows’ sandbox. */
  workflows: string;
  /** All else of a run: a module for a worker thread. */
  host: string;
}

/** Bundles what a run needs, from the sources as they are but for the patches. */
export async function bundle(patches: readonly Patch[] = []): Promise<Bundles> {
  const all = [...forSpeed, ...patches];
  const unused = new Set(all);
  const plugins = [patching(all, (patch) => unused.delete(patch))];
  const common = {
    bundle: true,
    write: false,
    absWorkingDir: root,
    logLevel: 'warning',
    target: 'node20',
    plugins,
  } as const;
  const [workflows, host] = await Promise.all([
    build({
      ...common,
      stdin: { contents: workflowEntry, resolveDir: root, sourcefile: 'workflow-entry.cjs', loader: 'js' },
      format: 'iife',
      platform: 'neutral',
      mainFields: ['main'],
      alias: { assert: `${overrides}assert.js`, url: `${overrides}url.js`, util: `${overrides}util.js` },
      plugins: [...plugins, noCustomConverters],
    }),
    build({
      ...common,
      entryPoints: ['faults/thread.ts'],
      format: 'esm',
      platform: 'node',
      packages: 'external',
      plugins: [...plugins, standInForUndici],
    }),
  ]);
  const [missed] = unused;
  if (missed !== undefined)
    throw new Error(`${missed.file}: the bundles don't hold it, so that “${missed.find}” changes nothing`);
  return { workflows: textOf(workflows.outputFiles), host: textOf(host.outputFiles) };
}

/** As Temporal's own bundler begins a bundle, but that the workflows are loaded once for all runs. */
const workflowEntry = `
globalThis.__TEMPORAL__ = {
  api: require('@temporalio/workflow/lib/worker-interface.js'),
  importWorkflows: () => require('./workflows/index.ts'),
  importInterceptors: () => [],
};
require('@temporalio/workflow/lib/global-overrides.js').overrideGlobals();
`;

function textOf(files: { text: string }[] | undefined): string {
  const [file] = files ?? [];
  if (file === undefined) throw new Error('nothing was bundled');
  return file.text;
}

function patching(patches: readonly Patch[], used: (patch: Patch) => void): Plugin {
  return {
    name: 'patches',
    setup(esbuild) {
      esbuild.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const file = relative(root, path);
        const ofFile = patches.filter((patch) => patch.file === file);
        if (ofFile.length === 0) return undefined;
        let contents = await readFile(path, 'utf8');
        for (const patch of ofFile) {
          const places = contents.split(patch.find).length - 1;
          if (places !== 1) throw new Error(`${file}: “${patch.find}” stands in it ${places} times, not once`);
          contents = contents.replace(patch.find, () => patch.replace);
          used(patch);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** Outflow's payloads are converted as the SDK does by default. */
const noCustomConverters: Plugin = {
  name: 'no custom converters',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^__temporal_custom_/ }, ({ path }) => ({ path, namespace: 'none' }));
    esbuild.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {};' }));
  },
};

const standInForUndici: Plugin = {
  name: 'undici',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^undici$/ }, () => ({ path: `${root}faults/world/undici.ts` }));
  },
};
