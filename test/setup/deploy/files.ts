import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';

/** A file of this project, by its path from the top. */
export const pathTo = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
export const textOf = (name: string) => readFileSync(pathTo(name), 'utf8');

/** docker-compose.yml as YAML says it, anchors and merges resolved; nothing else is known of it yet. */
export const rawCompose = (): unknown => parse(textOf('docker-compose.yml'), { merge: true });

const condition = z.object({ condition: z.enum(['service_healthy', 'service_completed_successfully']) });
const bind = z.object({ type: z.literal('bind'), source: z.string(), target: z.string(), read_only: z.boolean() });

/** What these tests look at. The schema of the specification looks at all of it. */
const service = z.object({
  image: z.string(),
  build: z.string().optional(),
  profiles: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  env_file: z.array(z.object({ path: z.string() })).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.union([z.string(), bind])).default([]),
  secrets: z.array(z.string()).default([]),
  networks: z.array(z.string()).default(['default']),
  depends_on: z.record(z.string(), condition).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  restart: z.string(),
  stop_grace_period: z.string().default('10s'),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
});
export type Service = z.output<typeof service>;

/** The services of docker-compose.yml by name. */
export const services = z.object({ services: z.record(z.string(), service) }).parse(rawCompose()).services;

/** One service; an error names it where it is missing. */
export function serviceCalled(name: string): Service {
  const found = services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/** The variables of a file such as deploy/simulator/outflow.env. */
export const environmentIn = (name: string): Record<string, string> =>
  z.record(z.string(), z.string()).parse(parseEnv(textOf(name)));
