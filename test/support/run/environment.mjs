import { createRequire } from 'node:module';
import { types } from 'node:util';
import { TestEnvironment } from 'jest-environment-node';

const requireOfNode = createRequire(import.meta.url);
let isInstalled = false;

/**
 * Jest loads every module anew for each test file. Temporal’s SDK and the HTTP libraries, which take two seconds of processor time and which no test
 * changes, are loaded once per process, as Node loads them: `as-node-loads-it.cjs` asks for them here.
 */
export default class SharedPackages extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.requireOfNode = requireOfNode;
    acceptErrorsOfNode(this.global.Error);
    if (!isInstalled) installRuntime();
  }
}

/** A test file has an `Error` of its own, of which those of the shared packages would not be instances. */
function acceptErrorsOfNode(own) {
  const isInstance = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(own, Symbol.hasInstance, {
    value(thing) {
      return isInstance.call(this, thing) || (this === own && types.isNativeError(thing));
    },
  });
}

/** The SDK’s native part is one per process, in which jest runs many test files. */
function installRuntime() {
  const { DefaultLogger, Runtime } = requireOfNode('@temporalio/worker');
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  isInstalled = true;
}
