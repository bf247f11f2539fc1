import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { register } from 'tsx/esm/api';

/** What all tests share, made once per run, before the first of them and its time limit begin. */
export default async function readyForTests() {
  await haveServers();
  await bundleWorkflows();
}

/** On a fresh machine the two servers are downloaded or built first, which takes minutes. */
async function haveServers() {
  const unregister = register();
  const { findTemporal } = await import('../../temporal/embedded/temporal-cli.ts');
  const { findTestServer } = await import('./test-server-executable.ts');
  const tell = (message) => process.stderr.write(`${message}\n`);
  await findTemporal(tell);
  await findTestServer(tell);
  await unregister();
}

/** `test/support/bundle.ts` gives the workflow code to the workers of each test. */
async function bundleWorkflows() {
  const folder = fileURLToPath(new URL('../../node_modules/.cache/outflow/', import.meta.url));
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    logger: quiet,
  });
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}workflow-bundle-for-tests.js`, code);
}

const silent = () => undefined;
const quiet = { log: silent, trace: silent, debug: silent, info: silent, warn: console.error, error: console.error };
