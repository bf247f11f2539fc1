import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Deployment } from '../support/deployment.js';
import { noKeys, testKeys } from '../support/encryption.js';
import { cleanEnvironment } from '../support/outflow-command.js';
import { root } from '../support/parent-process.js';

/** What a build is made from; the packages are those of this checkout. */
const copied =
  'activities bridge cli client contract domain providers settings simulator temporal worker workflows package.json package-lock.json ' +
  'tsconfig.json tsconfig.build.json';

let folder: string;
let readme: string;
let app: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-readme-'));
  readme = await readFile(join(root, 'README.md'), 'utf8');
  app = join(folder, 'my-app');
  const checkout = join(folder, 'outflow');
  await mkdir(app);
  for (const name of copied.split(' ')) await cp(join(root, name), join(checkout, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
  await writeFile(join(app, 'package.json'), '{ "name": "my-app", "private": true }');
  // The words of the README, each where it says: here in the checkout, then in an app beside it.
  await run(/^node cli\/checkout\.mjs run build(?= )/m.exec(readme)?.[0] ?? 'none', checkout);
  await run(/^cd \.\.\/my-app && npm install \.\.\/outflow(?= )/m.exec(readme)?.[0] ?? 'none', checkout);
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a command wrote on stdout. */
async function run(command: string, cwd: string, env: Record<string, string> = {}): Promise<string> {
  const child = spawn(command, { shell: true, cwd, env: cleanEnvironment({ npm_config_offline: 'true', ...env }) });
  let [said, complained] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}: ${said}${complained}`);
  return said;
}

/** The README's app. It is plain JavaScript, which is TypeScript, too. */
function example(): string {
  const [, code = ''] = /^```js\n\/\/ pay\.mjs\n(.*?)^```/ms.exec(readme) ?? [];
  expect(code).toContain(`from 'outflow'`);
  return code;
}

it('the README’s app runs as it stands, and pays once however often it runs', async () => {
  const deployment = await Deployment.started();
  try {
    await writeFile(join(app, 'pay.mjs'), example());
    // As if dev had made them, in the checkout beside the app.
    const keys = join(folder, 'outflow', '.outflow', 'keys');
    await mkdir(keys, { recursive: true });
    await writeFile(join(keys, 'encryption-keys'), testKeys.OUTFLOW_ENCRYPTION_KEYS);
    const given = /^export OUTFLOW_ENCRYPTION_KEYS_FILE=\S+(?= )/m.exec(readme)?.[0] ?? 'none';
    const line = `${given}; ${/^node pay\.mjs(?= )/m.exec(readme)?.[0] ?? 'none'}`;
    const where = { ...noKeys, TEMPORAL_ADDRESS: deployment.temporal.address };
    const said = await run(line, app, where);
    expect(said).toMatch(/^confirmed [0-9a-f]{64}\n$/);
    expect(await run(line, app, where)).toBe(said);
    expect(await deployment.simulator.ledger()).toMatchObject([{ reference: 'w-1042', debits: 1 }]);
  } finally {
    await deployment.stop();
  }
}, 120_000);

/** What TypeScript finds wrong with an app's files. */
async function complaints(files: Record<string, string>): Promise<string[]> {
  for (const [name, code] of Object.entries(files)) await writeFile(join(app, name), code);
  const compilerOptions = { noUnusedLocals: false, typeRoots: [join(root, 'node_modules/@types')] };
  const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files: Object.keys(files) };
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', app], { cwd: app, encoding: 'utf8' });
  return stdout.split('\n').filter((line) => /^\S.*: error /.test(line));
}

it('the README’s app is right by the types of the installed package', async () => {
  // A wrong one is reported, so silence about the other means that it is right.
  const files = { 'right.mts': example(), 'wrong.mts': example().replace('currency:', 'currencies:') };
  expect(await complaints(files)).toEqual([expect.stringMatching(/^wrong\.mts.*'currencies'/)]);
}, 60_000);
