import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { pathTo, textOf } from './files.js';

const dockerfile = textOf('Dockerfile');
const instructions = dockerfile
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line));
const having = (word: string) => instructions.filter((line) => line.startsWith(`${word} `));

describe('Dockerfile', () => {
  test('is made from one exact Node 24 on Debian slim', () => {
    const stages = new Set(having('FROM').flatMap((line) => / AS (\w+)$/.exec(line)?.[1] ?? []));
    const from = having('FROM').map((line) => line.split(' ')[1] ?? '');
    expect(from.filter((image) => !stages.has(image))).toEqual([
      expect.stringMatching(/^node:24\.\d+\.\d+-bookworm-slim$/),
    ]);
  });

  test('builds by a script of package.json', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(textOf('package.json')));
    const runs = [...dockerfile.matchAll(/npm run ([\w-]+)/g)].map(([, script]) => script);
    expect(runs).toEqual(['build']);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(runs));
  });

  test('runs the command-line tool, as a user of no rights', () => {
    expect(having('ENTRYPOINT')).toEqual(['ENTRYPOINT ["node", "dist/cli/main.js"]']);
    expect(existsSync(pathTo('cli/main.ts'))).toBe(true);
    expect(having('USER')).toEqual(['USER node']);
    expect(instructions.indexOf('USER node')).toBeGreaterThan(instructions.lastIndexOf(having('RUN').at(-1) ?? ''));
  });

  test('what is copied in by name is let in by .dockerignore', () => {
    const named = having('COPY')
      .filter((line) => !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1))
      .filter((name) => name !== '.');
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(letIn).toContain(name);
  });
});

const lines = textOf('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const letIn = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));

describe('.dockerignore', () => {
  test('keeps out all that it doesn’t name', () => {
    expect(lines[0]).toBe('*');
    expect(lines.slice(1)).toEqual(letIn.map((name) => `!${name}`));
  });

  test('lets in every folder that is compiled, and of the rest only what compiling needs', () => {
    const { include } = z.object({ include: z.array(z.string()) }).parse(JSON.parse(textOf('tsconfig.json')));
    const folders = include.filter((folder) => !['faults', 'test'].includes(folder));
    const needed = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'LICENSE'];
    expect([...letIn].sort()).toEqual([...needed, ...folders].sort());
  });

  test.each(letIn)('%s is there', (name) => {
    expect(existsSync(pathTo(name))).toBe(true);
  });
});
