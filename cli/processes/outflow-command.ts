import { fileURLToPath } from 'node:url';

const fromCheckout = import.meta.url.endsWith('.ts');

/** What a person types before an `outflow` command: from a checkout through npm, which knows where its script is. */
export const cliName = fromCheckout ? 'npm run -s outflow --' : 'outflow';

/**
 * The command that runs `outflow <args>` as a process of its own: from a checkout by tsx, from a build by plain node.
 * It is one process, so its pid is the process's that does the work.
 */
export function outflowCommand(...args: readonly string[]): { command: string; args: string[] } {
  const main = fileURLToPath(new URL(fromCheckout ? '../main.ts' : '../main.js', import.meta.url));
  const loader = fromCheckout ? ['--import', import.meta.resolve('tsx')] : [];
  return { command: process.execPath, args: [...loader, main, ...args] };
}
