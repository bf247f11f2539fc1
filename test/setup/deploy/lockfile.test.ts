import { describe, expect, test } from '@jest/globals';
import { satisfies } from 'semver';
import { z } from 'zod';
import { textOf } from './files.js';

const ranges = z.record(z.string(), z.string()).default({});
const entry = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  dependencies: ranges,
  devDependencies: ranges,
  optionalDependencies: ranges,
  peerDependencies: ranges,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().default(false) })).default({}),
  engines: ranges,
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
});
type Entry = z.output<typeof entry>;

/** Every package that `npm ci` may install, by its folder; the project itself is ''. */
const { packages } = z.object({ packages: z.record(z.string(), entry) }).parse(JSON.parse(textOf('package-lock.json')));
const installed = Object.entries(packages).filter(([folder]) => folder !== '');
const named = (folder: string) => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);

const manifest = z
  .object({ engines: z.object({ node: z.string() }), overrides: ranges, dependencies: ranges, devDependencies: ranges })
  .parse(JSON.parse(textOf('package.json')));
const lowestNode = manifest.engines.node.replace('>=', '');

/** The entry that a package in this folder finds under this name, looking where Node looks. */
function found(folder: string, name: string): Entry | undefined {
  const entryHere = packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`];
  if (entryHere !== undefined || folder === '') return entryHere;
  return found(folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/'))), name);
}

/** The version range in `npm:<another name>@<range>`. */
const unaliased = (range: string) => range.replace(/^npm:.+@/, '');

/** What a package needs beside it: all kinds, but for the peers that it can do without. */
function needs(one: Entry): [name: string, range: string][] {
  const peers = Object.entries(one.peerDependencies).filter(
    ([name]) => one.peerDependenciesMeta[name]?.optional !== true,
  );
  const others = [one.dependencies, one.devDependencies, one.optionalDependencies];
  return [...others.flatMap((kind) => Object.entries(kind)), ...peers];
}

describe('package-lock.json', () => {
  test('belongs to package.json', () => {
    const { dependencies, devDependencies } = packages[''] ?? {};
    expect({ dependencies, devDependencies }).toEqual({
      dependencies: manifest.dependencies,
      devDependencies: manifest.devDependencies,
    });
  });

  test('has every package that one of its packages asks for, on whatever platform, at a version that it takes', () => {
    const lacking = Object.entries(packages).flatMap(([folder, one]) =>
      needs(one).flatMap(([name, range]) => {
        const version = found(folder, name)?.version ?? 'missing';
        const isRight = satisfies(version, unaliased(range)) || manifest.overrides[name] === version;
        return isRight ? [] : [`${folder || 'outflow'}: ${name}@${range} is ${version}`];
      }),
    );
    expect(lacking).toEqual([]);
  });

  test('has native code for Linux, macOS and Windows, x64 and arm64, wherever a package brings native code', () => {
    const platforms = ['linux', 'darwin', 'win32'].flatMap((os) => ['x64', 'arm64'].map((cpu) => ({ os, cpu })));
    const native = Object.entries(packages).flatMap(([folder, one]) => {
      const parts = Object.keys(one.optionalDependencies).flatMap((name) => found(folder, name) ?? []);
      return parts.some(({ cpu }) => cpu !== undefined) ? [{ folder, parts }] : [];
    });
    expect(native.map(({ folder }) => named(folder))).toEqual(expect.arrayContaining(['@swc/core', 'esbuild']));
    const lacking = native.flatMap(({ folder, parts }) =>
      platforms
        .filter(
          ({ os, cpu }) => !parts.some((part) => part.os?.includes(os) === true && part.cpu?.includes(cpu) === true),
        )
        .map(({ os, cpu }) => `${folder}: ${os} ${cpu}`),
    );
    expect(lacking).toEqual([]);
  });

  test('takes no package that wants a later Node than the oldest that Outflow runs on', () => {
    const later = installed.filter(([, { engines }]) => !satisfies(lowestNode, engines['node'] ?? '*'));
    expect(later.map(([folder, { engines }]) => `${folder} wants Node ${String(engines['node'])}`)).toEqual([]);
    expect(textOf('README.md')).toContain(`Node ${lowestNode.replace(/\.0$/, '')} or later`);
  });

  test('holds every package to its digest, and names no registry’s host', () => {
    expect(
      installed.filter(([, { integrity }]) => !(integrity ?? '').startsWith('sha512-')).map(([folder]) => folder),
    ).toEqual([]);
    expect(installed.filter(([, { resolved }]) => resolved !== undefined).map(([folder]) => folder)).toEqual([]);
  });
});

describe('the packages', () => {
  test.each(['Dockerfile', '.ci/run', 'docs/deploying.md'])('are installed by npm ci alone: %s', (file) => {
    expect(textOf(file)).not.toMatch(/\bnpm (install|i)\b/);
  });

  test('run no scripts of theirs while they are installed', () => {
    expect(textOf('.npmrc')).toMatch(/^ignore-scripts=true$/m);
    expect(textOf('Dockerfile')).toMatch(/npm ci --ignore-scripts/);
  });
});
