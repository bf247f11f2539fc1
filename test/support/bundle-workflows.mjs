import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Bundles the workflow code once per test run; `test/support/bundle.ts` gives it to the workers of each test. */
export default async function bundleWorkflows() {
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
