/** Tests run as ES modules (`NODE_OPTIONS=--experimental-vm-modules`), compiled by swc; `npm run types` checks the types. */
export default {
  testEnvironment: 'node',
  maxWorkers: 2, // more would share too few processors with the real servers that the tests run
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  globalSetup: '<rootDir>/test/support/ready-for-tests.mjs',
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/test/support/closing-line.mjs'],
};
