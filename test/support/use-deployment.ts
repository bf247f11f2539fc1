import { afterAll, beforeAll } from '@jest/globals';
import type { DeploymentParts } from './deployment.js';
import { Deployment } from './deployment.js';

/**
 * A deployment for the tests of the file or `describe` that calls it: started before them all, stopped after them all,
 * also where starting it failed.
 */
export function useDeployment(parts: DeploymentParts = {}): Deployment {
  const deployment = new Deployment(parts);
  beforeAll(() => deployment.start(), 120_000);
  afterAll(() => deployment.stop(), 60_000);
  return deployment;
}
