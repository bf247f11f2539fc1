import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { processCommands } from '../../../cli/processes/commands.js';
import { providerNames } from '../../../domain/providers/index.js';
import { readBridgeSettings, readSettings, readWorkerSettings } from '../../../settings/index.js';
import { embeddedRetentionDays } from '../../../temporal/embedded/server.js';
import { durations } from '../../../domain/timeouts/durations.js';
import { searchAttributeNames } from '../../../contract/search-attributes.js';
import { environmentIn, pathTo, rawCompose, serviceCalled, services, textOf } from './files.js';

const { version } = z.object({ version: z.string() }).parse(JSON.parse(textOf('package.json')));
const all = Object.entries(services).map(([name, service]) => ({ name, service }));
const ours = all.filter(({ service }) => service.build !== undefined);

describe('docker-compose.yml by the Compose Specification’s own schema', () => {
  const isCompose = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(
    z.record(z.string(), z.unknown()).parse(JSON.parse(textOf('test/setup/deploy/compose-spec/schema.json'))),
  );

  test('is valid', () => {
    isCompose(rawCompose());
    expect(isCompose.errors).toBeNull();
  });

  test.each([
    ['an unknown key', { restarts: 'always' }],
    ['a port that is none', { ports: [{ target: true }] }],
    ['a condition that is none', { depends_on: { temporal: { condition: 'service_ready' } } }],
  ])('%s would not be', (_, wrong) => {
    expect(isCompose({ services: { worker: { image: 'outflow:0.1.0', ...wrong } } })).toBe(false);
  });
});

describe('images', () => {
  test.each(all)('$name: has an exact version', ({ service: { image, build } }) => {
    if (build === undefined) expect(image).toMatch(/^[a-z]+(\/[a-z-]+)?:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
    else expect(image).toBe(`outflow:${version}`);
  });

  test('none is the deprecated auto-setup', () => {
    expect(all.filter(({ service }) => service.image.includes('auto-setup'))).toEqual([]);
  });

  test('the tools that write Temporal’s tables are of the server’s version', () => {
    const tag = (name: string) => serviceCalled(name).image.split(':')[1];
    expect(tag('temporal-schema')).toBe(tag('temporal'));
    expect(tag('temporal-namespace')).toBe(tag('temporal'));
  });
});

describe('what can be reached', () => {
  test.each(all)('$name: publishes on 127.0.0.1 only', ({ service: { ports } }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:[\d-]+:[\d-]+$/);
  });

  test.each([
    ['worker', 'OUTFLOW_METRICS_HOST', 'OUTFLOW_METRICS_PORT', 0],
    ['bridge', 'OUTFLOW_BRIDGE_HOST', 'OUTFLOW_BRIDGE_PORT', 0],
    ['codec', 'OUTFLOW_CODEC_HOST', 'OUTFLOW_CODEC_PORT', 0],
    ['simulator', 'OUTFLOW_SIMULATOR_HOST', 'OUTFLOW_SIMULATOR_PORT', providerNames.length],
  ])('%s: what is published is what is listened on', (name, host, port, further) => {
    const { environment, ports } = serviceCalled(name);
    const first = Number(environment[port]);
    const range = further === 0 ? `${first}` : `${first}-${first + further}`;
    expect(ports).toEqual([`127.0.0.1:${range}:${range}`]);
    expect(environment[host]).toBe('0.0.0.0');
  });

  test('only Temporal and its set-up share a network with the database', () => {
    const beside = all.filter(({ service }) => service.networks.includes('database')).map(({ name }) => name);
    expect(beside.sort()).toEqual(['postgres', 'temporal', 'temporal-schema']);
  });
});

describe('variables', () => {
  const example = textOf('.env.example');
  const known = new Set([...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name ?? ''));
  const secret = new Set([...example.matchAll(/\(secret\)\n#([A-Z_]+)=/g)].map(([, name]) => name ?? ''));
  /** What docker-compose.yml itself asks for. */
  const interpolated = new Set(
    [...textOf('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? ''),
  );
  const toTemporal = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'];

  test.each(ours)('$name: each is one of .env.example, or says where Temporal is', ({ service }) => {
    expect(Object.keys(service.environment).filter((name) => !known.has(name) && !toTemporal.includes(name))).toEqual(
      [],
    );
  });

  test('.env.example names those that say where Temporal is', () => {
    for (const name of toTemporal) expect(example).toContain(name);
  });

  test.each(['outflow.env', 'bridge.env'])('deploy/simulator/%s: each is one of .env.example, or Compose’s', (name) => {
    const strange = Object.keys(environmentIn(`deploy/simulator/${name}`)).filter(
      (name) => !known.has(name) && !interpolated.has(name) && !name.startsWith('COMPOSE_'),
    );
    expect(strange).toEqual([]);
  });

  test('docs/deploying.md names the variables that docker-compose.yml asks for', () => {
    expect(interpolated.size).toBeGreaterThan(0);
    for (const name of interpolated) expect(textOf('docs/deploying.md')).toContain(`\`${name}\``);
  });

  test.each(all)('docs/deploying.md describes $name, and where it is', ({ name, service: { ports } }) => {
    const row = new RegExp(`^\\| \`${name}\` \\|.*$`, 'm').exec(textOf('docs/deploying.md'))?.[0];
    expect(row).toBeDefined();
    for (const port of ports) expect(row).toContain(`127.0.0.1:${port.split(':')[1]?.split('-')[0] ?? '?'}`);
  });

  test('no secret stands in docker-compose.yml', () => {
    expect(secret.size).toBeGreaterThan(8);
    const given = all.flatMap(({ service }) => Object.keys(service.environment));
    expect(given.filter((name) => secret.has(name) || /PASSWORD$|_PWD$/.test(name))).toEqual([]);
  });
});

describe('the processes', () => {
  const commands = new Map(processCommands().map((command) => [command.name(), command]));

  test.each(ours)('$name: is a command, and knows its options', ({ service }) => {
    const [name = '', ...options] = service.command;
    const flags = commands.get(name)?.options.map(({ long }) => long);
    expect(flags).toBeDefined();
    for (const option of options.filter((word) => word.startsWith('--'))) expect(flags).toContain(option);
  });

  test('worker, bridge, codec server and simulator are all of them', () => {
    expect(ours.map(({ name }) => name).sort()).toEqual([...commands.keys()].sort());
  });

  test('only the simulator and the codec server wait for their profiles', () => {
    const profiled = all.filter(({ service }) => service.profiles.length > 0);
    expect(profiled.map(({ name, service }) => [name, service.profiles])).toEqual([
      ['codec', ['codec']],
      ['simulator', ['simulator']],
    ]);
  });

  test('a worker has the time to stop that its code names', () => {
    expect(serviceCalled('worker').stop_grace_period).toBe(`${durations.worker.stop.ms / 1_000}s`);
    expect(textOf('docker-compose.yml')).toContain(
      `Calls in flight have ${durations.worker.shutdown.ms / 1_000} s to finish`,
    );
  });

  /** What it is given, with the simulator. */
  const environmentOf = (name: string) => {
    const { env_file, environment } = serviceCalled(name);
    const files = env_file.map(({ path }) => environmentIn(path.replace(/^\$\{.*\}/, 'deploy/simulator')));
    return Object.assign({}, ...files, environment) as Record<string, string>;
  };

  test('bridge: with the simulator, it serves every provider there, and gets no key that pays', () => {
    const { receivers, misplaced } = readBridgeSettings(environmentOf('bridge'));
    expect([Object.keys(receivers), misplaced]).toEqual([providerNames, []]);
  });

  test('bridge: it gets a file of settings and folders of secrets of its own, which the worker gets too', () => {
    const sources = (name: string) =>
      serviceCalled(name).volumes.flatMap((volume) => (typeof volume === 'string' ? [volume] : [volume.source]));
    const files = (name: string) => serviceCalled(name).env_file.map(({ path }) => path);
    const here = '${OUTFLOW_DEPLOYMENT:-deploy/live}';
    const shared = [`${here}/callback-secrets`, `${here}/encryption-keys`];
    expect([files('bridge'), sources('bridge')]).toEqual([[`${here}/bridge.env`], shared]);
    expect(files('worker')).toEqual([`${here}/bridge.env`, `${here}/outflow.env`]);
    expect(sources('worker')).toEqual([...shared, `${here}/provider-secrets`]);
  });

  test('worker: with the simulator, it serves every provider there', () => {
    const env = environmentOf('worker');
    expect(Object.keys(readWorkerSettings(env).providers)).toEqual(providerNames);
    const control = Number(serviceCalled('simulator').environment['OUTFLOW_SIMULATOR_PORT']);
    const origins = providerNames.map((provider) => env[`${provider.toUpperCase()}_BASE_URL`]);
    expect(origins).toEqual(providerNames.map((_, index) => `http://simulator:${control + 1 + index}`));
  });

  test('worker and bridge encrypt with the same keys there, which are named for what they are', () => {
    const settings = [readWorkerSettings(environmentOf('worker')), readBridgeSettings(environmentOf('bridge'))];
    const [first, second] = settings.map(({ encryption }) => encryption);
    expect(first?.keys?.current.id).toBe('public-for-trials-only');
    expect(second).toEqual(first);
    expect(first?.hashKey).toHaveLength(32);
  });

  test('the simulator calls the bridge back', () => {
    const { environment } = serviceCalled('simulator');
    const { callbackOrigin } = readSettings(environment, { role: 'simulator' }).simulator;
    expect(callbackOrigin).toBe(`http://bridge:${String(serviceCalled('bridge').environment['OUTFLOW_BRIDGE_PORT'])}`);
  });
});

describe('one after the other', () => {
  test.each(all)('$name: what it waits for exists, and can become what is waited for', ({ service }) => {
    for (const [name, { condition }] of Object.entries(service.depends_on)) {
      const awaited = serviceCalled(name);
      if (condition === 'service_healthy') expect(awaited.healthcheck?.test[0]).toBe('CMD');
      else expect(awaited.restart).toMatch(/^on-failure/); // it ends
    }
  });

  test.each(all)('$name: is restarted when it fails', ({ service: { restart } }) => {
    expect(restart).toMatch(/^(unless-stopped|on-failure:\d+)$/);
  });

  test('worker and bridge start once the namespace is made, and that once the tables are', () => {
    expect(everythingBefore('worker')).toEqual(everythingBefore('bridge'));
    expect(everythingBefore('worker')).toEqual(['postgres', 'temporal', 'temporal-namespace', 'temporal-schema']);
  });

  function everythingBefore(name: string): string[] {
    const direct = Object.keys(serviceCalled(name).depends_on);
    return [...new Set([...direct, ...direct.flatMap(everythingBefore)])].sort();
  }
});

describe('isolation', () => {
  test.each(all)('$name: can’t write its root folder or gain privileges', ({ service }) => {
    expect(service.read_only).toBe(true);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });

  test.each(all.filter(({ name }) => name !== 'postgres'))('$name: has no capabilities', ({ service }) => {
    expect(service.cap_drop).toEqual(['ALL']);
  });

  test('Temporal’s UI can’t end, reset or start anything', () => {
    const { environment } = serviceCalled('temporal-ui');
    for (const act of ['WORKFLOW_TERMINATE', 'WORKFLOW_RESET', 'WORKFLOW_SIGNAL', 'START_WORKFLOW', 'BATCH_ACTIONS'])
      expect(environment[`TEMPORAL_${act}_DISABLED`]).toBe('true');
  });
});

describe('what is mounted', () => {
  const fromHere = all.flatMap(({ name, service }) =>
    service.volumes.flatMap((volume) =>
      typeof volume === 'string' && volume.startsWith('./') ? [{ name, volume, parts: volume.split(':') }] : [],
    ),
  );

  test.each(fromHere)('$name: $volume is there, read-only, and is what it runs or reads', ({ name, parts }) => {
    const [source = '', target = '', mode] = parts;
    const { command, environment } = serviceCalled(name);
    expect(existsSync(pathTo(source))).toBe(true);
    expect(mode).toBe('ro');
    expect([...command, ...Object.values(environment)]).toContain(target);
  });

  test('secrets of providers are where .env.example looks for them', () => {
    const mounted = (name: string, target: string) =>
      expect(serviceCalled(name).volumes).toContainEqual(expect.objectContaining({ target, read_only: true }));
    mounted('worker', '/run/secrets');
    for (const name of ['worker', 'bridge'])
      for (const folder of ['callback-secrets', 'encryption-keys']) mounted(name, `/run/${folder}`);
    expect(textOf('.env.example')).toContain('_FILE=/run/secrets/');
    for (const folder of ['secrets', 'callback-secrets', 'encryption-keys'])
      expect(textOf('docs/deploying.md')).toContain(`_FILE=/run/${folder}/`);
  });

  test('the codec server gets keys and tokens, and no file that holds a key that pays', () => {
    const { env_file, volumes } = serviceCalled('codec');
    expect(env_file.map(({ path }) => path)).toEqual([expect.stringMatching(/\/codec\.env$/)]);
    expect(volumes).toEqual([expect.objectContaining({ target: '/run/codec-secrets', read_only: true })]);
    expect(textOf('docs/deploying.md')).toContain('OUTFLOW_CODEC_TOKENS_FILE=/run/codec-secrets/');
  });

  test('deploy/simulator has all that is mounted from there', () => {
    const folders = ['provider-secrets', 'callback-secrets', 'encryption-keys'];
    for (const name of ['outflow.env', 'bridge.env', 'postgres-password', ...folders])
      expect(existsSync(pathTo(`deploy/simulator/${name}`))).toBe(true);
  });

  test('what is put into deploy/live stays out of git', () => {
    expect(textOf('deploy/live/.gitignore')).toMatch(/^\*\n!\.gitignore\n$/m);
  });
});

describe('the set-up', () => {
  test.each(['temporal-schema', 'temporal-namespace'])('deploy/%s.sh can be read by a shell', (name) => {
    const { status, stderr } = spawnSync('sh', ['-n', pathTo(`deploy/${name}.sh`)], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('the namespace gets every search attribute of contract/search-attributes.ts', () => {
    const listed = /^ATTRIBUTES='([^']*)'$/m.exec(textOf('deploy/temporal-namespace.sh'))?.[1]?.split(' ');
    expect(listed).toEqual(searchAttributeNames);
  });

  test('the namespace remembers as long as the server that dev brings', () => {
    expect(textOf('deploy/temporal-namespace.sh')).toContain(`\nRETENTION=${embeddedRetentionDays}d\n`);
  });
});

describe('docs/deploying.md', () => {
  const doc = textOf('docs/deploying.md');
  const blocks = [...doc.matchAll(/^ *```sh\n(.*?)^ *```/gms)].map(([, block = '']) => block);
  const section = (title: string) => new RegExp(`^## ${title}\\n(.*?)^## `, 'ms').exec(doc)?.[1] ?? '';

  test('names the simulator’s settings in one way, as the files themselves do', () => {
    for (const name of ['docs/deploying.md', 'docker-compose.yml', 'deploy/simulator/outflow.env']) {
      expect(textOf(name)).toContain('docker compose --env-file deploy/simulator/outflow.env ');
      expect(textOf(name)).not.toContain('COMPOSE_ENV_FILES');
    }
    const trial = [...section('Try it, with the simulator').matchAll(/^docker compose .*$/gm)].map(([line]) => line);
    expect(trial.length).toBeGreaterThan(3);
    for (const line of trial) expect(line).toMatch(/^docker compose --env-file deploy\/simulator\/outflow\.env /);
  });

  test('without containers: every script and file of it is there', () => {
    const steps = section('Without containers');
    for (const path of ['deploy/temporal-namespace.sh', 'cli/checkout.mjs', '.env.example', 'deploy/live/.gitignore'])
      expect(existsSync(pathTo(path))).toBe(true);
    for (const step of [
      'sh deploy/temporal-namespace.sh',
      'node cli/checkout.mjs run build',
      'cp .env.example deploy/live/',
    ])
      expect(steps).toContain(step);
    const bridgeFile = '--env-file=deploy/live/bridge.env';
    expect(steps).toContain(`node ${bridgeFile} dist/cli/main.js bridge`);
    for (const name of ['worker', 'doctor'])
      expect(steps).toContain(`node ${bridgeFile} --env-file=deploy/live/outflow.env dist/cli/main.js ${name}`);
  });

  test('every block of commands can be read by a shell', () => {
    expect(blocks.length).toBeGreaterThan(6);
    for (const block of blocks) {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: block, encoding: 'utf8' });
      expect({ block, status, stderr }).toEqual({ block, status: 0, stderr: '' });
    }
  });

  test('says how far it was checked, in the README’s words', () => {
    const words =
      /no container engine on the machine where it was written\. It was checked statically \(against the Compose Specification's schema\) and its processes and image build steps were run by hand, never in containers\./;
    for (const name of ['README.md', 'docs/deploying.md']) expect(textOf(name).replace(/\s+/g, ' ')).toMatch(words);
  });
});
