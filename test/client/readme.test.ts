import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, it } from '@jest/globals';
import { built } from '../support/built.js';
import { root } from '../support/parent-process.js';
import { emptyApp, expectRightTypes, expectToPayOnce } from './readme-app.js';

/** The package as it stands in this checkout. `test/long/readme.test.ts` builds and installs it by the README's words. */
let folder: string;
let app: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-readme-'));
  app = await emptyApp(folder);
  const installed = join(app, 'node_modules/outflow');
  await mkdir(installed, { recursive: true });
  await copyFile(join(root, 'package.json'), join(installed, 'package.json'));
  await symlink(dirname(built('package.json')), join(installed, 'dist'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('the README’s app runs as it stands, and pays once however often it runs', async () => {
  await expectToPayOnce(app);
}, 120_000);

it('the README’s app is right by the client’s types', async () => {
  await expectRightTypes(app, { outflow: [join(root, 'client/index.ts')] });
}, 60_000);
