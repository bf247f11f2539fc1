import { fileURLToPath } from 'node:url';

/** The compiled form of one of the checkout's files, such as `cli/main.ts`, as `run/build-checkout.mjs` made it for this test run. */
export function built(path: string): string {
  const compiled = path.replace(/\.ts$/, '.js');
  return fileURLToPath(new URL(`../../node_modules/.cache/outflow/build/${compiled}`, import.meta.url));
}

/** The workflow code, bundled for Temporal's sandbox. */
export const testBundle = { codePath: built('workflow-bundle.js') };
