import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { WorkerOptions, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import type { KeyRing } from '../../../../settings/encryption-keys.js';
import { parseKeys } from '../../../../settings/encryption-keys.js';
import type { Reader } from '../../../../temporal/encryption/codec.js';
import { encryptedDataConverter, failureConverterPath } from '../../../../temporal/encryption/data-converter.js';
import { embeddedNamespace, startEmbeddedTemporal } from '../../../../temporal/embedded/server.js';
import * as activities from './every-path-activities.js';

/** Keys by their ids, the same throughout a test run. */
const keys = new Map<string, string>();

/** A ring of these keys; the first encrypts. */
export function ringOf(...ids: string[]): KeyRing {
  for (const id of ids) if (!keys.has(id)) keys.set(id, `${id}:${randomBytes(32).toString('base64')}`);
  const parsed = parseKeys(ids.map((id) => keys.get(id)).join(','));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ring;
}

export function converterWith(ring: KeyRing, reader: Reader): DataConverter {
  return encryptedDataConverter({ ring, namespace: embeddedNamespace, reader });
}

/** A Temporal server with clients and workers that encrypt each in its way. */
export class EncryptedStand {
  private readonly ends: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly address: string,
    readonly connection: Connection,
    private readonly native: NativeConnection,
    readonly bundle: WorkflowBundleWithSourceMap,
  ) {}

  static async start(): Promise<EncryptedStand> {
    const temporal = await startEmbeddedTemporal();
    const connection = await Connection.connect({ address: temporal.address });
    const native = await NativeConnection.connect({ address: temporal.address });
    const workflowsPath = fileURLToPath(new URL('../workflows/every-path.ts', import.meta.url));
    const logger = new DefaultLogger('ERROR');
    const bundle = await bundleWorkflowCode({ workflowsPath, failureConverterPath, logger });
    const stand = new EncryptedStand(temporal.address, connection, native, bundle);
    stand.ends.push(
      () => native.close(),
      () => connection.close(),
      () => temporal.stop(),
    );
    return stand;
  }

  /** A client; without a converter, one that has no key. */
  client(dataConverter?: DataConverter): Client {
    return new Client({ connection: this.connection, ...(dataConverter && { dataConverter }) });
  }

  /** A worker that runs until the end of the test's file, or until it is stopped. */
  async work(taskQueue: string, dataConverter: DataConverter, only?: 'calls'): Promise<() => Promise<void>> {
    const options: WorkerOptions = { connection: this.native, taskQueue, dataConverter, activities };
    const worker = await Worker.create(only === 'calls' ? options : { ...options, workflowBundle: this.bundle });
    const run = worker.run();
    const stop = async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await run;
    };
    this.ends.unshift(stop);
    return stop;
  }

  async stop(): Promise<void> {
    for (const end of this.ends) await end();
  }
}
