import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';
import { bundleWorkflowCode } from '@temporalio/worker';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Where the checkout stands as plain JavaScript, its tests included. */
export const buildFolder = join(root, 'node_modules/.cache/outflow/build');

/** Loaded by its path, as it is. */
const failureConverter = 'temporal/encryption/failure-converter.cjs';

/**
 * Compiles the checkout for the processes that tests start: from TypeScript each would take a second or two more, and a
 * worker would bundle the workflows first.
 */
export async function buildCheckout() {
  const { include } = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8'));
  const sources = (await Promise.all(include.map(sourcesIn))).flat();
  const compiled = await Promise.all(sources.map(compile));
  await removeAllBut(compiled);
  // Without it, node would take the compiled files for CommonJS.
  await writeIfNew('package.json', await readFile(join(root, 'package.json'), 'utf8'));
  await writeIfNew(failureConverter, await readFile(join(root, failureConverter), 'utf8'));
  const failureConverterPath = join(buildFolder, failureConverter);
  const { code } = await bundleWorkflowCode({
    ...{ workflowsPath: join(buildFolder, 'workflows/index.js'), failureConverterPath, logger: quiet },
  });
  await writeIfNew('workflow-bundle.js', code);
}

async function sourcesIn(folder) {
  const names = await readdir(join(root, folder), { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}

async function compile(path) {
  const source = await readFile(join(root, path), 'utf8');
  const { code } = await transform(source, {
    filename: path,
    swcrc: false,
    configFile: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  const name = path.replace(/\.ts$/, '.js');
  await writeIfNew(name, code);
  return name;
}

/** Leaves what stands alone: another run in this checkout may have processes that are about to read it. */
async function writeIfNew(name, content) {
  const to = join(buildFolder, name);
  if ((await readFile(to, 'utf8').catch(() => undefined)) === content) return;
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, content);
}

/** Files of earlier runs, whose sources are gone, would hide that something still imports them. */
async function removeAllBut(compiled) {
  const names = await readdir(buildFolder, { recursive: true });
  const stale = names.filter((name) => name.includes(sep) && name.endsWith('.js') && !compiled.includes(name));
  await Promise.all(stale.map((name) => rm(join(buildFolder, name), { force: true })));
}

const silent = () => undefined;
const quiet = { log: silent, trace: silent, debug: silent, info: silent, warn: console.error, error: console.error };
