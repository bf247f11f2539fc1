/**
 * Resolves when the process is asked to stop: Ctrl-C, SIGTERM, or the terminal closing. Asked again it goes on stopping in its
 * order, since npm and its shell may hand on what the terminal has sent already.
 */
export async function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}
