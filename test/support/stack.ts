import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../cli/demo/free-ports.js';
import type { StackPorts } from '../../cli/processes/stack.js';
import type { SupervisorEvent } from '../../cli/processes/supervisor.js';
import { connect, type Outflow, type WithdrawalView } from '../../client/index.js';
import type { EncryptionSettings } from '../../settings/encryption.js';
import { readEncryption } from '../../settings/encryption.js';
import type { Exit } from '../../temporal/embedded/guardian.js';
import { built } from './built.js';
import { testKeys } from './encryption.js';
import { isAlive, startParent, until, type ParentProcess } from './parent-process.js';
import { SimulatorControl } from './simulator/control.js';

export const parts = ['temporal', 'worker', 'bridge', 'simulator'] as const;
export type Part = (typeof parts)[number];

/**
 * Free ports away from the usual ones, where a developer's own Outflow may run, and from those that the system gives to whoever asks for any: another
 * test could have been given one before it is used.
 */
export function testPorts(): Promise<StackPorts> {
  const first = 20_000 + 10 * Math.floor(Math.random() * 1_000);
  const [temporal, ui, bridge, codec, metrics] = [first + 5, first + 6, first + 7, first + 8, first + 9] as const;
  return freePorts({ temporal, ui, bridge, codec, metrics, simulator: first });
}

/** The variables that give Outflow's own processes these ports. */
export function portVariables({ bridge, codec, metrics, simulator }: StackPorts): Record<string, string> {
  return {
    OUTFLOW_BRIDGE_PORT: String(bridge),
    OUTFLOW_CODEC_PORT: String(codec),
    OUTFLOW_METRICS_PORT: String(metrics),
    OUTFLOW_SIMULATOR_PORT: String(simulator),
  };
}

/** What the parent sends: what its supervisor does, and that all is up. */
type ParentMessage = SupervisorEvent | { type: 'up' };

/** All of Outflow: four processes, kept running by a fifth, which a test can kill. Their data is in a folder. */
export class RunningStack {
  /** What the supervisor did so far. */
  readonly events: SupervisorEvent[] = [];
  private parent: ParentProcess | undefined;

  private constructor(
    /** Where all of its data and logs are. */
    readonly folder: string,
    private readonly ports: StackPorts,
    /** Settings beside those that every stack has. */
    private readonly settings: Record<string, string>,
  ) {}

  private connected: Outflow | undefined;

  static async start({ ports, settings }: { ports?: StackPorts; settings?: Record<string, string> } = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'outflow-stack-'));
    const stack = new RunningStack(folder, ports ?? (await testPorts()), settings ?? {});
    await stack.startAgain();
    return stack;
  }

  get temporal(): string {
    return `127.0.0.1:${this.ports.temporal}`;
  }

  get outflow(): Outflow {
    if (this.connected === undefined) throw new Error('the stack is not up');
    return this.connected;
  }

  get simulator(): SimulatorControl {
    return new SimulatorControl(`http://127.0.0.1:${this.ports.simulator}`);
  }

  get bridge(): string {
    return `http://127.0.0.1:${this.ports.bridge}`;
  }

  /** Temporal's UI. */
  get uiUrl(): string {
    return `http://127.0.0.1:${this.ports.ui}`;
  }

  get workerMetrics(): string {
    return `http://127.0.0.1:${this.ports.metrics}`;
  }

  /** With what its processes encrypt: the tests' keys, unless its settings say otherwise. */
  get encryption(): EncryptionSettings {
    return readEncryption({ ...testKeys, ...this.settings });
  }

  /** The variables of a command beside it. */
  get environment(): Record<string, string> {
    return { TEMPORAL_ADDRESS: this.temporal, ...portVariables(this.ports), ...testKeys, ...this.settings };
  }

  /** The parent and its four, on the same folder and ports as ever. */
  async startAgain(): Promise<void> {
    this.events.splice(0);
    const options = { folder: this.folder, ports: this.ports };
    const parent = startParent(`
      import { startStack } from '${built('cli/processes/stack.ts')}';
      const send = (what) => console.log(JSON.stringify(what));
      const stack = await startStack({ ...${JSON.stringify(options)}, env: { ...process.env, ...${JSON.stringify({ ...testKeys, ...this.settings })} }, onProgress: () => undefined, onEvent: send });
      const end = () => void stack.stop().then(() => process.exit(0));
      process.once('SIGTERM', end);
      process.stdin.resume().once('end', end); // the test was killed
      send({ type: 'up' });
    `);
    this.parent = parent;
    for (
      let message = (await parent.line()) as ParentMessage;
      message.type !== 'up';
      message = (await parent.line()) as ParentMessage
    ) {
      this.events.push(message);
    }
    void this.listen(parent);
    const { isOn } = this.encryption;
    const { OUTFLOW_ENCRYPTION_KEYS: keys } = { ...testKeys, ...this.settings };
    this.connected ??= await connect({ address: this.temporal, encryption: isOn ? { keys } : 'off' });
  }

  private async listen(parent: ParentProcess): Promise<void> {
    for (;;) {
      const message = await parent.line().catch(() => undefined);
      if (message === undefined) return;
      this.events.push(message as SupervisorEvent);
    }
  }

  /** The pid of a part's process: the one that was started last. */
  pid(part: Part): number {
    const started = this.events.findLast(({ type, name }) => type === 'started' && name === part);
    if (started === undefined) throw new Error(`${part} was never started`);
    return started.pid;
  }

  /** Those of all its parts' processes. */
  get pids(): number[] {
    return this.events.flatMap((event) => (event.type === 'started' ? [event.pid] : []));
  }

  get parentPid(): number {
    return Number(this.parent?.process.pid);
  }

  /** Kills a part with -9. Its supervisor starts it again. */
  async kill(part: Part): Promise<void> {
    const pid = this.pid(part);
    process.kill(pid, 'SIGKILL');
    await until(`${part} is gone`, () => !isAlive(pid));
  }

  /** Stops a part where it stands, until it is resumed: it takes connections, and doesn't answer. */
  pause(part: Part): void {
    process.kill(this.pid(part), 'SIGSTOP');
  }

  resume(part: Part): void {
    process.kill(this.pid(part), 'SIGCONT');
  }

  /** How a process ended, once it has. */
  async exitOf(pid: number): Promise<Exit> {
    const exits = () =>
      this.events.flatMap((event) => (event.type === 'exited' && event.pid === pid ? [event.exit] : []));
    await until(`${pid} has ended`, () => exits().length > 0, 60_000);
    const [exit] = exits();
    if (exit === undefined) throw new Error(`${pid} has not ended`);
    return exit;
  }

  /** Its view, once it has one of these statuses. */
  async untilStatus(withdrawalId: string, ...statuses: WithdrawalView['status'][]): Promise<WithdrawalView> {
    let view = await this.outflow.get(withdrawalId);
    const isThere = async () => statuses.includes((view = await this.outflow.get(withdrawalId)).status);
    await until(`${withdrawalId} is ${statuses.join(' or ')}`, isThere, 60_000).catch((error: unknown) => {
      throw new Error(`It is ${JSON.stringify(view, null, 2)}`, { cause: error });
    });
    return view;
  }

  /** Ends its processes; its folder stays until `stop`. */
  async end(): Promise<void> {
    await this.connected?.close();
    this.connected = undefined;
    const parent = this.parent?.process;
    if (parent?.exitCode === null && parent.signalCode === null) {
      const ended = new Promise((resolve) => parent.once('exit', resolve));
      parent.kill('SIGTERM');
      await ended;
    }
  }

  async stop(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }
}
