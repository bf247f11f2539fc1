import { fileURLToPath } from 'node:url';

/** The workflow code as `ready-for-tests.mjs` made it for this test run. */
export const testBundle = {
  codePath: fileURLToPath(new URL('../../node_modules/.cache/outflow/workflow-bundle-for-tests.js', import.meta.url)),
};
