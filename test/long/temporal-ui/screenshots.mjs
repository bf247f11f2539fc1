/** `npm run screenshots`: the test of Temporal's UI, which puts what it looks at into docs/images as pictures. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'test/long/temporal-ui'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, CI: 'true', OUTFLOW_SCREENSHOTS: 'docs/images' } }, // never skipped
);
process.exitCode = status ?? 1;
