import type { Bug } from './bug.js';
import { bug } from './bug.js';

const deliver = 'bridge/deliver.ts';
const take = 'bridge/take-callback.ts';
const records = 'domain/withdrawal/records.ts';
const workflow = 'workflows/withdrawal.ts';

/** Mistakes about callbacks, ends, people, amounts and what is shown. */
export const otherBugs: readonly Bug[] = [
  bug('trust callback order', records, 'return said < stands || (said === 2 && stands === 2);', 'return said > 2;'),
  bug(
    'trust a callback’s end',
    records,
    'if (!isHeld(meaning)) return policy.confirmFinal;',
    'if (!isHeld(meaning)) return false;',
  ),
  bug(
    'close on Cryptopay failed',
    'providers/cryptopay/records.ts',
    "['failed', 'on_hold'],",
    "['failed', 'cancelled'],",
  ),
  bug(
    'an Owner’s approval is a refusal',
    'providers/processing/records.ts',
    "['pending', 'awaiting_approval'],",
    "['pending', 'declined'],",
  ),
  bug(
    'whose record does not matter',
    'domain/record.ts',
    'return Object.keys(same).filter((field) => same[field] === false);',
    "return Object.keys(same).filter((field) => field === '');",
  ),
  bug(
    'a contradiction is no case',
    'domain/withdrawal/records.ts',
    "state.forCases.push({ reason: 'differs from the recorded end', record });",
    '',
  ),
  bug(
    'a callback dropped when Temporal is down',
    deliver,
    'if (!(error instanceof WorkflowNotFoundError)) throw error;\n  }\n  const ended',
    "if (!(error instanceof WorkflowNotFoundError)) return 'applied';\n  }\n  const ended",
  ),
  bug(
    'what was not taken counts as taken',
    take,
    'delivering.set(key, delivery);',
    'delivering.set(key, delivery);\n    accepted.set(key, true);',
  ),
  bug(
    'no case for a late callback',
    deliver,
    ": startCase(by, { ...of, reason: 'differs from the recorded end' });",
    ": 'case';",
  ),
  bug(
    'no case for an unknown withdrawal',
    deliver,
    "if (ended === undefined) return startCase(by, { ...of, reason: 'unknown withdrawal' });",
    "if (ended === undefined) return 'case';",
  ),
  bug(
    'signatures unchecked',
    'providers/http/signatures.ts',
    '(hmacHex(hash, secret, bytes), signature)).includes(true)',
    '(hmacHex(hash, secret, bytes), signature)).includes(false)',
  ),
  bug(
    'continue-as-new forgets',
    workflow,
    'return continueAsNew<typeof withdrawal>({ request: state.request, state });',
    'return continueAsNew<typeof withdrawal>({ request: state.request });',
  ),
  bug(
    'continue-as-new while it is sent',
    'domain/withdrawal/step.ts',
    "return !isFinal(status) && status !== 'sending' && resolving",
    'return !isFinal(status) && resolving',
  ),
  bug(
    'continue-as-new loses a callback',
    workflow,
    'return continueAsNew<typeof withdrawal>({ request: state.request, state });',
    'return continueAsNew<typeof withdrawal>({ request: state.request, state: { ...state, applied: [], unconfirmed: undefined as never } });',
  ),
  bug('cancel ignored at the start', workflow, 'noticeCancelRequest();\n        const decidedAt', 'const decidedAt'),
  bug(
    'cancelled while in doubt',
    'domain/withdrawal/lifecycle.ts',
    "return readyToSend && !inDoubt ? settled('cancelled')",
    "return readyToSend || status === 'unknown' ? settled('cancelled')",
  ),
  bug(
    'an operator’s word is enough',
    'domain/withdrawal/step.ts',
    "return hasLookUp ? { do: 'lookUp', input: lookUpInput(state), forPerson: true } : { do: 'checkRun' };",
    "return hasLookUp && state.resolving.length > 9 ? { do: 'lookUp', input: lookUpInput(state), forPerson: true } : { do: 'checkRun' };",
  ),
  bug(
    'not paid, while it may be sent',
    'domain/withdrawal/operator-actions/resolve.ts',
    "if (outcome === 'notPaid' && quiet !== undefined && now < quiet) {",
    "if (outcome === 'notPaid' && quiet !== undefined && now < 0) {",
  ),
  bug(
    'expired without a look',
    'domain/withdrawal/sending/committing.ts',
    "if (commit === undefined || (commit.state !== 'open' && commit.state !== 'forgone')) return false;",
    "if (commit === undefined || commit.state === 'done') return false;",
  ),
  bug(
    'refused for one refusal, though in doubt',
    'domain/withdrawal/lifecycle.ts',
    "if (status !== 'sending') return 'not possible';\n      return inDoubt ? { status: 'unknown', inDoubt } : settled('refused');",
    "if (status !== 'sending') return 'not possible';\n      return settled('refused');",
  ),
  bug(
    'late means expired, though in doubt',
    'domain/withdrawal/lifecycle.ts',
    "return inDoubt ? { status: 'unknown', inDoubt } : settled('expired');",
    "return settled('expired');",
  ),
  bug(
    'Temporal’s cancel request ends it',
    workflow,
    'return CancellationScope.nonCancellable(untilFinal);',
    'return untilFinal();',
  ),
  bug(
    'time decides what is overtaken',
    workflow,
    'isOvertaken(step, state, decidedAt);',
    'isOvertaken(step, state, now());',
  ),
  bug(
    'a refused update leaves its trace',
    workflow,
    'return isNewHistorySuggested && mayContinueAsNew(state)',
    'return workflowInfo().continueAsNewSuggested && mayContinueAsNew(state)',
  ),
  bug(
    'nobody is asked',
    'workflows/show.ts',
    '{ key: searchAttributes.attention, value: attention ?? null }',
    '{ key: searchAttributes.attention, value: null }',
  ),
  bug(
    'the address in the index',
    'workflows/show.ts',
    'value: indexedCurrency(request.currency) ?? null',
    'value: request.address',
  ),
  bug(
    'the name in a failure',
    'activities/provider-calls.ts',
    'message: kindOf(failure.type).meaning,\n      details',
    'message: failure.message ?? JSON.stringify(activityInfo(), (_, value: unknown) => value),\n      details',
  ),
  {
    name: 'float amounts',
    patches: [
      {
        file: 'providers/alphapo/requests.ts',
        find: 'new LosslessNumber(amount))',
        replace: 'new LosslessNumber(String(Math.round(Number(amount) * 1e6) / 1e6)))',
      },
      { file: 'activities/verify-body.ts', find: 'found.get(path) !== text', replace: 'found.get(path) === undefined' },
    ],
  },
  {
    name: 'a fresh reference per attempt',
    patches: [
      {
        file: 'providers/cryptopay/requests.ts',
        find: 'custom_id: request.withdrawalId,',
        replace: 'custom_id: `${request.withdrawalId}-${Date.now()}`,',
      },
      { file: 'activities/verify-body.ts', find: 'found.get(path) !== text', replace: 'found.get(path) === undefined' },
    ],
  },
];
