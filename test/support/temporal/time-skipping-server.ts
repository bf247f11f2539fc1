import proto from '@temporalio/proto';
import { Connection } from '@temporalio/client';
import { InternalConnectionOptionsSymbol } from '@temporalio/client/lib/connection.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection, Runtime } from '@temporalio/worker';
import getPort from 'get-port';
import type { GuardedProcess } from '../../../temporal/embedded/guardian.js';
import { loopback, untilAccepting } from '../../../temporal/embedded/ports.js';
import { startServer } from '../../../temporal/embedded/start-server.js';
import { searchAttributeNames } from '../../../contract/search-attributes.js';
import type { EncryptionSettings } from '../../../settings/encryption.js';
import { testConverter, testEncryption } from '../encryption.js';
import { findTestServer } from '../run/test-server-executable.js';

const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;

/**
 * A Temporal server that skips over waits: three days pass in a second while a test awaits a workflow's result. One
 * workflow at a time, and no listing. `teardown()` ends it, and so does the end of the test's process, by kill -9 too.
 * @throws one error that lists what was tried to have it, why each failed and what to install.
 */
export async function startTimeSkippingEnvironment(
  encryption: EncryptionSettings = testEncryption,
): Promise<TimeSkippingEnvironment> {
  const executable = await findTestServer((message) => process.stderr.write(`${message}\n`));
  return TimeSkippingEnvironment.start(executable, encryption);
}

/**
 * `createTimeSkipping` would start the server itself, unguarded, so that it outlived a killed test, and give a loaded
 * machine five seconds for it. This starts the server and connects to it as that does.
 */
export class TimeSkippingEnvironment extends TestWorkflowEnvironment {
  private guarded: GuardedProcess | undefined;

  static async start(executable: string, encryption: EncryptionSettings): Promise<TimeSkippingEnvironment> {
    const runtime = Runtime.instance();
    const port = await getPort({ host: loopback });
    const guarded = await startServer({
      what: `The time-skipping test server, ${executable},`,
      command: executable,
      args: [String(port)],
      graceSeconds: 0,
      ready: (signal) => untilAccepting(port, AbortSignal.any([signal, AbortSignal.timeout(60_000)])),
    });
    const address = `${loopback}:${port}`;
    const connectionOptions = { address, [InternalConnectionOptionsSymbol]: { supportsTestService: true } };
    const native = await NativeConnection.connect(connectionOptions);
    const connection = await Connection.connect(connectionOptions);
    const options = { server: { type: 'existing' as const }, client: testConverter('client', encryption), plugins: [] };
    const environment = new this(runtime, options, true, 'existing', connection, native, undefined, address);
    environment.guarded = guarded;
    await connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(searchAttributeNames.map((name) => [name, keyword])),
    });
    return environment;
  }

  get serverPid(): number | undefined {
    return this.guarded?.pid;
  }

  override async teardown(): Promise<void> {
    await super.teardown();
    await this.guarded?.stop();
  }
}
