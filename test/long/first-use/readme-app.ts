import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from '@jest/globals';
import { Deployment } from '../../support/deployment.js';
import { noKeys, testKeys } from '../../support/encryption.js';
import { cleanEnvironment } from '../../support/outflow-command.js';
import { root } from '../../support/parent-process.js';

const readme = await readFile(join(root, 'README.md'), 'utf8');

/** The README's line that begins like this, without what it says of it. */
export function lineOf(beginning: string): string {
  const line = readme.split('\n').find((text) => text.startsWith(beginning));
  if (line === undefined) throw new Error(`the README has no line that begins with ${beginning}`);
  return line.replace(/ +#.*$/, '');
}

/** The README's app. It is plain JavaScript, which is TypeScript, too. */
export function example(): string {
  const [, code = ''] = /^```js\n\/\/ pay\.mjs\n(.*?)^```/ms.exec(readme) ?? [];
  expect(code).toContain(`from 'outflow'`);
  return code;
}

/** An app's folder, with nothing installed. */
export async function emptyApp(folder: string): Promise<string> {
  const app = join(folder, 'my-app');
  await mkdir(app);
  await writeFile(join(app, 'package.json'), '{ "name": "my-app", "private": true }');
  return app;
}

/** Runs a line of the README without a network: what it wrote on stdout. It must succeed. */
export async function run(line: string, cwd: string, env: Record<string, string> = {}): Promise<string> {
  const child = spawn(line, { shell: true, cwd, env: cleanEnvironment({ npm_config_offline: 'true', ...env }) });
  let [said, complained] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${line} ended with ${String(code)}: ${said}${complained}`);
  return said;
}

/** The README's app runs there as it stands, and pays once however often it runs. */
export async function expectToPayOnce(app: string): Promise<void> {
  const deployment = await Deployment.started();
  try {
    await writeFile(join(app, 'pay.mjs'), example());
    // As if dev had made them, in the checkout beside the app.
    const keys = join(dirname(app), 'outflow', '.outflow', 'keys');
    await mkdir(keys, { recursive: true });
    await writeFile(join(keys, 'encryption-keys'), testKeys.OUTFLOW_ENCRYPTION_KEYS);
    const line = `${lineOf('export OUTFLOW_ENCRYPTION_KEYS_FILE=')}; ${lineOf('node pay.mjs')}`;
    const where = { ...noKeys, TEMPORAL_ADDRESS: deployment.temporal.address };
    const said = await run(line, app, where);
    expect(said).toMatch(/^confirmed [0-9a-f]{64}\n$/);
    expect(await run(line, app, where)).toBe(said);
    expect(await deployment.simulator.ledger()).toMatchObject([{ reference: 'w-1042', debits: 1 }]);
  } finally {
    await deployment.stop();
  }
}

/** The README's app is right by the types of `outflow`: those installed there, or those at `paths`. */
export async function expectRightTypes(app: string, paths: Record<string, string[]> = {}): Promise<void> {
  // A wrong one is told, so silence about the other means that it is right.
  const files = { 'right.mts': example(), 'wrong.mts': example().replace('currency:', 'currencies:') };
  for (const [name, code] of Object.entries(files)) await writeFile(join(app, name), code);
  const compilerOptions = { noUnusedLocals: false, typeRoots: [join(root, 'node_modules/@types')], paths };
  const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files: Object.keys(files) };
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const said = await run(`'${process.execPath}' '${compiler}' -p . || true`, app);
  const complaints = said.split('\n').filter((line) => /^\S.*: error /.test(line));
  expect(complaints).toEqual([expect.stringMatching(/^wrong\.mts.*'currencies'/)]);
}
