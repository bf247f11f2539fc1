import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/**
 * The guard: `sh` runs it beside the real command, which then takes over the shell's pid (`exec`). So it is there
 * before the command is, and no moment is unguarded. It sleeps in `read` on a pipe whose other end only our process
 * holds: whatever ends our process, kill -9 included, closes it. Then the guard asks the command to end, and after the
 * grace kills its whole process group.
 *
 * What the command writes, such as Temporal's database, nobody else on the machine reads (`umask`).
 *
 * It lives in that group itself: as long as it is there to kill, the group's number (the command's pid) can't become
 * another process's.
 */
const guard = `
umask 077
grace=$1; shift
(
  trap '' HUP INT QUIT TERM
  exec >/dev/null 2>&1 </dev/null
  while read -r _; do :; done <&3
  kill -s TERM $$
  left=$((grace * 5))
  while [ $left -gt 0 ] && kill -0 $$; do left=$((left - 1)); sleep 0.2 || sleep 1; done
  kill -s KILL -- -$$
) &
exec 3<&-
exec "$@"
`;

/** How a process ended: its exit code, or the signal that ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its guard was killed, so it was stopped: what nothing guards could outlive us. */
  readonly guardLost: boolean;
}

export interface GuardedOptions {
  /** Added to our own environment; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Where its stdout and stderr go: to an open file's descriptor, nowhere, or to us (`GuardedProcess.output`). */
  readonly output: number | 'ignore' | 'pipe';
  /** Whole seconds between asking it to end (SIGTERM) and killing it (SIGKILL), when we stop it and when we die. */
  readonly graceSeconds: number;
}

export interface GuardedProcess {
  readonly pid: number;
  /** Its stdout and stderr, if `output` is 'pipe'. */
  readonly output: readonly Readable[];
  /** Resolves, never rejects, when the process and all that it left running in its group are gone. */
  readonly exited: Promise<Exit>;
  /** Asks it to end, kills it after the grace (or the given seconds); resolves when it is gone. May be called again. */
  stop(graceSeconds?: number): Promise<Exit>;
  /** It no longer keeps our process running; when ours ends, it ends. */
  unref(): void;
}

/**
 * Starts a process that can't outlive ours, even if ours is killed with -9. It has a process group of its own, so that
 * Ctrl-C reaches us alone and we end it in our order. A command that can't be found exits with code 127, as in a shell.
 * @throws if there is no POSIX `sh`.
 */
export async function spawnGuarded(
  command: string,
  args: readonly string[],
  options: GuardedOptions,
): Promise<GuardedProcess> {
  const child = spawn('sh', ['-c', guard, 'guard', String(options.graceSeconds), command, ...args], {
    detached: true,
    stdio: ['ignore', options.output, options.output, 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  let guardLost = false;
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, guardLost }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`can't start ${command}: ${error.message}`, { cause: error })));
  });
  const pid = child.pid;
  const pipe = child.stdio[3];
  if (pid === undefined || !(pipe instanceof Socket)) throw new Error(`can't start ${command}: it has no pid`);

  const running = () => child.exitCode === null && child.signalCode === null;
  const stop = async (graceSeconds = options.graceSeconds): Promise<Exit> => {
    child.ref();
    pipe.ref();
    if (running()) signal(pid, 'SIGTERM');
    const kill = setTimeout(() => running() && signal(-pid, 'SIGKILL'), graceSeconds * 1000);
    return exited.finally(() => clearTimeout(kill));
  };

  pipe.once('close', () => {
    // When the whole group is killed, the guard's end may be seen first: a moment shows which it was.
    setTimeout(() => {
      guardLost = running();
      if (guardLost) void stop();
    }, 100);
  });
  pipe.on('error', () => pipe.destroy());
  pipe.resume(); // the guard writes nothing, but without reading we wouldn't see it go
  // What the command left running, and the guard; once all are gone, 'close' comes.
  child.once('exit', () => signal(-pid, 'SIGKILL'));

  return {
    pid,
    output: [child.stdout, child.stderr].filter((stream) => stream !== null),
    exited,
    stop,
    unref: () => {
      child.unref();
      pipe.unref();
    },
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already, or (macOS) a group of which only the dead are left: either way nothing is there to end.
  }
}
