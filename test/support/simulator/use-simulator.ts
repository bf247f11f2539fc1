import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { SimulatorOptions } from '../../../simulator/index.js';
import { TestSimulator } from './test-simulator.js';

/** A simulator for a file's tests: it is started before the first, starts over before each, and stops after the last. */
export function useSimulator(options: SimulatorOptions = {}): TestSimulator {
  const simulator = new TestSimulator();
  beforeAll(() => simulator.start(options));
  beforeEach(() => simulator.startOver());
  afterAll(() => simulator.stop());
  return simulator;
}
