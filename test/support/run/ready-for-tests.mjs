import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What all tests share, made once per run, before the first of them and its time limit begin. In a process of its own, where modules are Node’s. */
export default function readyForTests() {
  execFileSync(process.execPath, [fileURLToPath(new URL('make-ready.mjs', import.meta.url))], { stdio: 'inherit' });
}
