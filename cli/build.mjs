/** Builds `dist/`: the compiled code, and the workflow code bundled for Temporal's sandbox, so that a worker starts at once. */
import { spawnSync } from 'node:child_process';
import { cp, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const root = new URL('../', import.meta.url);
const path = (name) => fileURLToPath(new URL(name, root));

await rm(path('dist'), { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [path('node_modules/typescript/bin/tsc'), '-p', path('tsconfig.build.json')],
  {
    stdio: 'inherit',
  },
);
if (status !== 0) process.exit(status ?? 1);
// The SDK loads it by its path, and tsc leaves it out.
const failureConverterPath = path('dist/temporal/encryption/failure-converter.cjs');
await cp(path('temporal/encryption/failure-converter.cjs'), failureConverterPath);
const { code } = await bundleWorkflowCode({ workflowsPath: path('dist/workflows/index.js'), failureConverterPath });
await writeFile(path('dist/workflow-bundle.js'), code);
