import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The user's own cache folder for Outflow: servers fetched or built once, reused ever after. `$XDG_CACHE_HOME/outflow`
 * where that is set, else the platform's usual place. It may not exist yet.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const set = env['XDG_CACHE_HOME'];
  if (set !== undefined && isAbsolute(set)) return join(set, 'outflow');
  const home = env['HOME'] ?? homedir();
  return process.platform === 'darwin' ? join(home, 'Library', 'Caches', 'outflow') : join(home, '.cache', 'outflow');
}
