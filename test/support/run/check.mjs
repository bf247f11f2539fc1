/**
 * `npm test`: types and tests at once, since the tests mostly wait for servers. The types take what processor time the
 * tests leave, and their output comes last. The exit code is 1 if one of them failed. Lint, which takes a minute of
 * processor time and finds no wrong behaviour, is `npm run lint`; `npm run test:full`, and so CI, runs it.
 */
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const shell = process.platform === 'win32';

/** Runs one of package.json's scripts to its end; its output is ours unless it is kept. */
async function run(script, args = [], stdio = 'inherit') {
  const child = spawn('npm', ['run', '-s', script, '--', ...args], { cwd: root, stdio, shell });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(chunk));
  if (stdio !== 'inherit') setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { passed: code === 0, output: output.join('') };
}

const [tests, types] = await Promise.all([
  run('jest', ['--selectProjects', 'unit', 'servers']),
  run('types', [], 'pipe'),
]);
console.error(`types: ${types.passed ? 'passed' : 'failed'}\n${types.output}`.trimEnd());
process.exitCode = tests.passed && types.passed ? 0 : 1;
