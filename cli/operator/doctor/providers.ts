import { randomUUID } from 'node:crypto';
import type { Client as Temporal } from '@temporalio/client';
import type { ProviderName } from '../../../domain/providers/index.js';
import { capabilities, providerNames } from '../../../domain/providers/index.js';
import type { ProviderRecord } from '../../../domain/record.js';
import type { HttpResponse, LookUpKey, Provider, ResponseResult } from '../../../providers/provider.js';
import type { Environment } from '../../../settings/index.js';
import { readSettings } from '../../../settings/index.js';
import { variablesOf } from '../../../settings/variable.js';
import { groupOf } from '../../../settings/variables.js';
import { callQueue, workflowTypes } from '../../../contract/ids.js';
import { searchAttributes } from '../../../contract/search-attributes.js';
import { cliName } from '../../processes/outflow-command.js';
import type { Check } from './check.js';
import { answered } from './http.js';
import { asksForWork } from './workers.js';

/** Cryptopay's commit window and the rate limiter's slots are counted in seconds. */
const MOST_SKEW_MS = 2_000;

const KEYS_REFUSED = 'Check the provider’s key, secret, permissions, IP allow-list and the clock.';

/**
 * Checks the providers that this deployment uses: set here, served by a worker, or with open withdrawals. `workerAnswers`: false if no worker
 * answered just now, so that those seen lately are none.
 */
export async function providerChecks(temporal: Temporal, env: Environment, workerAnswers = true): Promise<Check[]> {
  // Trial values stand in for what isn't set; those are never taken to a provider.
  const { providers } = readSettings(env, { role: 'operator' });
  const checks = await Promise.all(
    providerNames.map((name) => checksOf(name, providers[name], { temporal, env, workerAnswers })),
  );
  const isNoneUsed = checks.flat().every(({ skipped }) => skipped === 'not used');
  const none: Check = {
    check: 'providers',
    ok: false,
    found: 'none is used: nothing can be paid',
    advice: 'Set a provider’s variables, see .env.example.',
  };
  return [...(isNoneUsed ? [none] : []), ...checks.flat()];
}

async function checksOf(
  name: ProviderName,
  provider: Provider | undefined,
  { temporal, env, workerAnswers }: { temporal: Temporal; env: Environment; workerAnswers: boolean },
): Promise<Check[]> {
  const { title } = capabilities[name];
  const missing = missingHere(name, env);
  const asks = await asksForWork(temporal, callQueue(name), 'ACTIVITY');
  const served = asks.ok && workerAnswers;
  const { count } = await temporal.workflow.count(
    `WorkflowType = '${workflowTypes.withdrawal}' AND ExecutionStatus = 'Running' AND ${searchAttributes.provider.name} = '${name}'`,
  );
  const worker: Check = {
    check: `worker for calls to ${title}`,
    ok: served,
    found: served
      ? asks.found
      : `${asks.found}${asks.ok ? ', and no worker answers now' : ''}; ${count === 1 ? '1 open withdrawal needs' : `${count} open withdrawals need`} it`,
    advice: `Start one with ${title}’s settings: ${cliName} worker`,
  };
  if (missing === 'none' && provider !== undefined)
    return [worker, ...(await Promise.all([clock(provider), lookUp(provider)]))];
  if (missing !== 'all' && missing !== 'none' && !served) {
    const found = `only some are set here; missing: ${missing.join(', ')}`;
    const verifying = variablesOf(groupOf(name)).filter(({ needed, bridge }) => needed && bridge);
    const advice =
      'A worker refuses to start so: set all of them, or none. ' +
      `A bridge needs only ${verifying.map((variable) => variable.name).join(', ')}, and should be given no other key.`;
    return [{ check: `settings of ${title}`, ok: false, found, advice }, ...(count > 0 ? [worker] : [])];
  }
  if (!served && count === 0) {
    const found = 'not set here, served by no worker, no open withdrawals';
    return [{ check: title, ok: true, skipped: 'not used', found }];
  }
  const found = `its settings are not set here; with them in the environment, \`${cliName} doctor\` checks both`;
  return [worker, { check: `clock and keys of ${title}`, ok: true, skipped: 'not checked', found }];
}

/** The variables without which it isn't served, as far as they are not set in this environment. */
function missingHere(name: ProviderName, env: Environment): 'all' | 'none' | string[] {
  const needed = variablesOf(groupOf(name)).filter((variable) => variable.needed);
  const isSet = (variable: string) => (env[variable] ?? '').trim() !== '';
  const missing = needed.filter(({ name: variable }) => !isSet(variable) && !isSet(`${variable}_FILE`));
  if (missing.length === 0) return 'none';
  return missing.length === needed.length ? 'all' : missing.map((variable) => variable.name);
}

async function clock({ name, origin }: Provider): Promise<Check> {
  const check = `clock of ${capabilities[name].title}`;
  const advice = 'Put this machine’s clock right (NTP); if it is, ask the provider.';
  const asked = Date.now();
  const answer = await answered(origin, { method: 'GET', path: '/', headers: {} });
  if (typeof answer === 'string') return unreachable(check, origin, answer);
  const providerTime = Date.parse(answer.headers['date'] ?? '');
  // The header has whole seconds, and the answer took its time: between them the true difference lies.
  const skew = providerTime + 500 - (asked + Date.now()) / 2;
  if (Number.isNaN(skew)) return { check, ok: false, found: 'the answer has no Date header', advice };
  return { check, ok: Math.abs(skew) <= MOST_SKEW_MS, found: `${(skew / 1_000).toFixed(1)} s from ours`, advice };
}

/** One look-up of a reference that was never used: it moves no money, and shows whether the keys are taken and how absence is reported. */
async function lookUp(provider: Provider): Promise<Check> {
  const { name, origin } = provider;
  const check = `keys of ${capabilities[name].title}`;
  if (provider.lookUp === undefined) {
    const found = `${capabilities[name].title} documents no look-up: only a first withdrawal shows whether they are taken`;
    return { check, ok: true, skipped: 'not checked', found };
  }
  const key: LookUpKey = { withdrawalId: `doctor-${randomUUID()}` };
  const answer = await answered(origin, provider.lookUp.write(key, new Date()));
  if (typeof answer === 'string') return unreachable(check, origin, answer);
  return lookUpCheck(provider, answer, provider.lookUp.read(answer, key));
}

/** What the answer to a look-up of a never-used reference shows. */
export function lookUpCheck(
  { name, lookUp }: Provider,
  answer: HttpResponse,
  reading: ResponseResult<ProviderRecord | 'absent'>,
): Check {
  const { title } = capabilities[name];
  const { status, body } = answer;
  const check = `keys of ${title}`;
  if (reading.ok && reading.value === 'absent') {
    const found = `taken; a look-up of an unused reference answers HTTP ${status}, as configured`;
    return { check, ok: true, found };
  }
  if (reading.ok) {
    const found = 'taken, but a look-up of a reference that was never used finds a withdrawal';
    return { check, ok: false, found, advice: `Ask ${title}: look-ups can’t be relied upon. Pay nothing before.` };
  }
  const { type, code } = reading.failure;
  if (type === 'BadCredentials') {
    const found = `refused: HTTP ${status}${code === undefined ? '' : `, ${code}`}`;
    return { check, ok: false, found, advice: KEYS_REFUSED };
  }
  const found = `a look-up of an unused reference answers HTTP ${status} (${type}): ${beginning(body)}`;
  return { check, ok: false, found, advice: absenceAdvice(name, lookUp?.absentBy(answer)) };
}

function absenceAdvice(name: ProviderName, variables: Record<string, string> | undefined): string {
  const { title } = capabilities[name];
  const cost = 'Until it is recognised, an unknown outcome waits for a person.';
  if (variables === undefined)
    return `It doesn’t say whether the keys are taken, and Outflow can’t take it for "no such withdrawal". Try again, then ask ${title}. ${cost}`;
  const settings = Object.entries(variables).map(([variable, value]) => `${name.toUpperCase()}_${variable}=${value}`);
  return `Ask ${title} whether this is how it says that it knows no such withdrawal; only if it is, set ${settings.join(' and ')}. ${cost}`;
}

function beginning(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line || 'an empty body';
}

function unreachable(check: string, origin: string, code: string): Check {
  const found = `${origin} can't be reached (${code})`;
  return { check, ok: false, found, advice: 'Check the network and *_BASE_URL.' };
}
