/**
 * Tests run as ES modules (`NODE_OPTIONS=--experimental-vm-modules`), compiled by swc; `npm run types` checks the types.
 * Which command runs a test follows from its folder.
 */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};

/** Folders of tests that start no server and wait for nothing: `npm run test:unit`. */
const unit = ['domain', 'providers', 'setup/deploy', 'setup/settings'].map((folder) => `<rootDir>/test/${folder}/`);
/** What takes minutes, and has a shorter form among the others: `npm run test:full`. */
const long = ['<rootDir>/test/long/'];

const under = (folders) => folders.map((folder) => `${folder}**/*.test.ts`);
const withServers = {
  ...shared,
  globalSetup: '<rootDir>/test/support/run/ready-for-tests.mjs',
  testEnvironment: '<rootDir>/test/support/run/environment.mjs',
  transformIgnorePatterns: ['/node_modules/(?!(@temporalio|@grpc|undici|fastify)/)'],
  transform: { ...shared.transform, '/node_modules/.+\\.js$': '<rootDir>/test/support/run/as-node-loads-it.cjs' },
};

export default {
  maxWorkers: 4, // on two processors: most tests mostly wait, for real servers and real clocks
  testSequencer: '<rootDir>/test/support/run/longest-first.mjs',
  testTimeout: 120_000, // a limit for what hangs: nothing takes as long, unless the machine is busy with others
  reporters: ['default', '<rootDir>/test/support/run/closing-line.mjs'],
  projects: [
    { ...shared, displayName: 'unit', testMatch: under(unit) },
    {
      ...withServers,
      displayName: 'servers',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [...unit, ...long, '/node_modules/'],
    },
    { ...withServers, displayName: 'long', testMatch: under(long) },
  ],
};
