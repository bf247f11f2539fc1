import { faultOf } from './output/fault.js';

/**
 * Keeps what passes through this process out of where others read: `ps` (an operator's name, reason and evidence are arguments), Node's words
 * for an error that nobody caught, which show it with all that it holds, and Node's diagnostic reports, which list the environment, keys and all.
 */
export function keepPrivate(commandNames: readonly string[]): void {
  const [command] = process.argv.slice(2);
  process.title = command !== undefined && commandNames.includes(command) ? `outflow ${command}` : 'outflow';
  process.on('uncaughtException', (error: unknown) => {
    const { name, code, at } = faultOf(error);
    const what = code === undefined ? name : `${name} (${code})`;
    process.stderr.write(`outflow ended by a fault: ${[what, ...at].join('\n    ')}\n`);
    process.exit(1);
  });
  Object.assign(process.report, { excludeEnv: true }); // of Node 22.13 on; before, a report is only written where NODE_OPTIONS asks for it
}
