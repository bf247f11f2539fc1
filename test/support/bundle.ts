import { fileURLToPath } from 'node:url';

/** The workflow code as `bundle-workflows.mjs` made it for this test run. */
export const testBundle = {
  codePath: fileURLToPath(new URL('../../node_modules/.cache/outflow/workflow-bundle-for-tests.js', import.meta.url)),
};
