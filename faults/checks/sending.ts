import { asyncLocalStorage } from '@temporalio/activity';
import type { CreateInput } from '../../domain/withdrawal/sending/creating.js';
import type { CommitInput } from '../../domain/withdrawal/sending/committing.js';
import { withdrawalIdOf } from '../../contract/ids.js';
import type { Run } from '../temporal/run.js';
import type { ReceivedAnswer } from '../world/network.js';
import type { WrittenRequest } from '../world/world.js';
import type { Check, CheckContext } from './check.js';

const MINUTE = 60_000;
const MIN_INTERVAL_MS = 12_000;
/** Clocks may differ by five seconds, and bytes be on their way for ten. */
const QUIET_MS = 15_000;
const COMMIT_WINDOW_MS = 30_000;

/** One create as it left, and what was answered to it. */
interface Sent {
  at: number;
  /** The provider refused it, in its own form: it holds nothing of it. */
  isRefused: boolean;
}

/**
 * Points 2 and 9, and CryptoCloud’s interval: what is written may be written then, by the writer’s clock and, where clocks agree, by the true one; and
 * nothing is sent again whose outcome is unknown, but after three look-ups over five minutes that don’t find it.
 */
export function sendsAreAllowed({ plan, actor, report, startedAgain }: CheckContext): Check {
  const creates = new Map<string, Sent[]>();
  const absences = new Map<string, number[]>();
  const committed = new Set<string>();
  const creating = new Map<string, { run: Run; notAfter: number }>();
  /** Until then an attempt that never reported its end may still be written, or arrive. */
  const quietFrom = new Map<string, number>();
  const sentOf = new WeakMap<WrittenRequest, Sent>();
  const clocksJump = plan.faults.some(({ act }) => act.do === 'move clock');
  const clocksAgree = plan.settings.skewsMs.every((skew) => skew === 0) && !clocksJump;
  let lastCryptocloud: number | undefined;

  const idOf = ({ body, path }: WrittenRequest): string | undefined =>
    plan.withdrawals.find(
      ({ request }) =>
        body.includes(request.address) ||
        body.includes(`"${request.withdrawalId}"`) ||
        path.endsWith(`/${request.withdrawalId}`),
    )?.request.withdrawalId;

  function checkTime({ at, writersClock, operation }: WrittenRequest, withdrawalId: string): void {
    const input = inputOf();
    const sendBy = plan.withdrawals.find(({ request }) => request.withdrawalId === withdrawalId)?.request.sendBy;
    if (input === undefined) return report('sendBy', `${withdrawalId}: ${operation ?? ''} written by no activity`);
    if (writersClock > input.notAfter)
      report(
        'sendBy',
        `${withdrawalId}: ${operation ?? ''} written ${writersClock - input.notAfter} ms after its notAfter`,
      );
    if (clocksAgree && at > input.notAfter)
      report('sendBy', `${withdrawalId}: ${operation ?? ''} written late by the true clock`);
    if (operation === 'create' && sendBy !== undefined && writersClock > Date.parse(sendBy))
      report('sendBy', `${withdrawalId}: sent after its sendBy`);
    const scheduled = asyncLocalStorage.getStore()?.info.scheduledTimestampMs ?? 0;
    // A clock that jumps in the midst of a call is beyond what is promised; one that is behind is not.
    if (!clocksJump && operation === 'create' && at > scheduled + 2 * MINUTE + 6_000)
      report('sendBy', `${withdrawalId}: written over two minutes after its attempt was scheduled`);
  }

  function checkResend(request: WrittenRequest, withdrawalId: string): void {
    const before = creates.get(withdrawalId) ?? [];
    const last = before.at(-1);
    const sent: Sent = { at: request.at, isRefused: false };
    creates.set(withdrawalId, [...before, sent]);
    sentOf.set(request, sent);
    if (last === undefined || before.every(({ isRefused }) => isRefused) || startedAgain.has(withdrawalId)) return;
    const unknownSince = before.findLast(({ isRefused }) => !isRefused)?.at ?? 0;
    const quiet = Math.max(unknownSince, quietFrom.get(withdrawalId) ?? 0);
    const seen = (absences.get(withdrawalId) ?? []).filter((at) => at >= quiet);
    const [first = 0] = seen;
    const isProven = seen.length >= 3 && (seen.at(-1) ?? 0) - first >= 5 * MINUTE - 2_000;
    if (!isProven || request.provider === 'cryptocloud')
      report(
        'unknown',
        `${withdrawalId}: sent again after ${seen.length} look-ups that did not find it, over ${(seen.at(-1) ?? first) - first} ms`,
      );
  }

  /** A commit is written once at most, and within the window of the create that made it. */
  function checkCommit({ at, by }: WrittenRequest, withdrawalId: string): void {
    if (committed.has(withdrawalId)) report('unknown', `${withdrawalId}: committed a second time`);
    committed.add(withdrawalId);
    const created = actor.rowsOf(withdrawalId).at(-1)?.history[0].at;
    if (clocksAgree && created !== undefined && at > created + COMMIT_WINDOW_MS)
      report('sendBy', `${withdrawalId}: committed by ${by.process.name} after its window`);
    const maxCharge = plan.withdrawals.find(({ request }) => request.withdrawalId === withdrawalId)?.request.cryptopay
      ?.maxCharge;
    const charged = actor.rowsOf(withdrawalId).at(0)?.charged.amount;
    if (maxCharge !== undefined && charged !== undefined && Number(charged) > Number(maxCharge))
      report('amounts', `${withdrawalId}: committed at ${charged}, over its maxCharge of ${maxCharge}`);
  }

  function checkInterval({ provider, at }: WrittenRequest): void {
    if (provider !== 'cryptocloud') return;
    if (clocksAgree && lastCryptocloud !== undefined && at - lastCryptocloud < MIN_INTERVAL_MS)
      report('interval', `two creates within ${at - lastCryptocloud} ms`);
    lastCryptocloud = at;
  }

  return {
    recorded(run, event) {
      if (event.type === 'activityScheduled' && event.command.activityType === 'createWithdrawal') {
        const input = JSON.parse(Buffer.from(event.command.arguments[0]?.data ?? []).toString('utf8')) as CreateInput;
        creating.set(`${run.runId} ${event.id}`, { run, notAfter: input.notAfter });
      }
      if (event.type !== 'activityTimedOut') return;
      const attempt = creating.get(`${run.runId} ${event.scheduledId}`);
      const isTaken = !JSON.stringify(event.failure).includes('ScheduleToStart timeout');
      if (attempt !== undefined && isTaken) quietFrom.set(withdrawalIdOf(run.workflowId), attempt.notAfter + QUIET_MS);
    },
    written(request) {
      const { operation } = request;
      if (operation === null || operation === 'lookUp') return;
      const withdrawalId = idOf(request) ?? withdrawalOfActivity();
      if (withdrawalId === undefined) return report('onePayout', `a ${operation} that no withdrawal asked for`);
      checkTime(request, withdrawalId);
      if (operation === 'commit') return checkCommit(request, withdrawalId);
      checkResend(request, withdrawalId);
      checkInterval(request);
    },
    answered(request, answer) {
      const sent = sentOf.get(request);
      if (sent !== undefined) sent.isRefused = isRefusal(answer);
      const withdrawalId = idOf(request);
      const isJson = (answer.headers['content-type'] ?? '').includes('json');
      if (request.operation !== 'lookUp' || withdrawalId === undefined || answer.status !== 404 || !isJson) return;
      absences.set(withdrawalId, [...(absences.get(withdrawalId) ?? []), request.at]);
    },
  };
}

function isRefusal({ status, headers, cutAt }: ReceivedAnswer): boolean {
  return status >= 400 && status < 500 && (headers['content-type'] ?? '').includes('json') && cutAt === undefined;
}

/** What the activity that writes now was given. */
function inputOf(): (Pick<CreateInput, 'notAfter'> & Partial<CommitInput>) | undefined {
  const info = asyncLocalStorage.getStore()?.info as { input?: CreateInput } | undefined;
  return info?.input;
}

function withdrawalOfActivity(): string | undefined {
  return asyncLocalStorage.getStore()?.info.workflowExecution?.workflowId.replace('withdrawal/', '');
}
