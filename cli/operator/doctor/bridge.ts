import type { Environment } from '../../../settings/index.js';
import { originOf, readSettings } from '../../../settings/index.js';
import { cliName } from '../../processes/outflow-command.js';
import type { Check } from './check.js';
import { answered } from './http.js';

/** Where the bridge is, as far as this environment says: by `--bridge`, its own variables, or as `dev` starts it. */
export function bridgeOrigin(given: string | undefined, env: Environment, isForTrials: boolean): string | undefined {
  if (given !== undefined) return given;
  const isSet = ['OUTFLOW_BRIDGE_HOST', 'OUTFLOW_BRIDGE_PORT'].some((name) => env[name] !== undefined);
  if (!isSet && !isForTrials) return undefined;
  const { bridge } = readSettings(env, { role: 'operator' });
  return originOf(bridge.host, bridge.port);
}

/** Would a callback be taken now? The bridge itself says so, and whether it reaches Temporal. */
export async function bridgeCheck(origin: string | undefined): Promise<Check> {
  const check = 'bridge';
  if (origin === undefined) {
    const found = `nothing here says where it is: ${cliName} doctor --bridge URL asks it`;
    return { check, ok: true, skipped: 'not checked', found };
  }
  const advice = `Start it (${cliName} bridge), or name another: --bridge URL. Without it, only look-ups show how payouts end.`;
  const answer = await answered(origin, { method: 'GET', path: '/readyz', headers: {} });
  if (typeof answer === 'string') return { check, ok: false, found: `${origin} can't be reached (${answer})`, advice };
  const ok = answer.status === 200;
  const found = ok
    ? `${origin} is ready`
    : `${origin} answers HTTP ${answer.status}: it is not ready to take callbacks`;
  return { check, ok, found, advice: ok ? advice : `Does it reach Temporal? Its log says why. ${advice}` };
}
