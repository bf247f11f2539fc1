import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { root } from '../support/parent-process.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-readme-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What TypeScript finds wrong with an app's files, whose `outflow` is this checkout's client. */
async function complaints(files: Record<string, string>): Promise<string[]> {
  for (const [name, code] of Object.entries(files)) await writeFile(join(folder, name), code);
  const compilerOptions = {
    noUnusedLocals: false,
    paths: { outflow: [join(root, 'client/index.ts')] },
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files: Object.keys(files) };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { cwd: folder, encoding: 'utf8' });
  return stdout.split('\n').filter((line) => /^\S.*: error /.test(line));
}

it('the README’s examples are right by the package’s types', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);
  expect(examples.filter((code) => code.includes(`from 'outflow'`))).not.toHaveLength(0);
  const files = Object.fromEntries(examples.map((code, index) => [`example-${index}.mts`, code]));
  // A wrong one is told, so silence about the others means that they are right.
  const wrong = examples.join('\n').replace('currency:', 'currencies:');
  const told = await complaints({ ...files, 'wrong.mts': wrong });
  expect(told).toEqual([expect.stringMatching(/^wrong\.mts.*'currencies'/)]);
});
