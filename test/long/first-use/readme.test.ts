import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from '@jest/globals';
import { emptyApp, expectRightTypes, expectToPayOnce, lineOf, run } from './readme-app.js';
import { root } from '../../support/parent-process.js';

/** The package is built, and installed in an app beside the checkout, by the README's words. */
const copied =
  'activities bridge cli client codec-server contract domain http providers settings simulator temporal worker workflows package.json package-lock.json ' +
  'tsconfig.json tsconfig.build.json';

let folder: string;
let app: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-readme-'));
  app = await emptyApp(folder);
  const checkout = join(folder, 'outflow');
  for (const name of copied.split(' ')) await cp(join(root, name), join(checkout, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
  await run(lineOf('node cli/checkout.mjs run build'), checkout);
  await run(lineOf('cd ../my-app && npm install ../outflow'), checkout);
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

it('the README’s app runs with the installed package as it stands, and pays once however often it runs', async () => {
  await expectToPayOnce(app);
}, 120_000);

it('the README’s app is right by the types of the installed package', async () => {
  await expectRightTypes(app);
}, 60_000);
