import type { FailureDetails, ProviderCalls, RunCalls } from '../../contract/activities.js';
import type { CaseStart, CaseView } from '../../contract/case.js';
import type { SentAction, WithdrawalStart } from '../../contract/messages.js';
import type { Unreadable } from '../../contract/unreadable.js';
import type { RateLimiterState } from '../../domain/rate-limiter.js';
import { cryptopayOptions } from '../../domain/validation/cryptopay-options.js';
import type { PersonalKind } from '../../domain/validation/personal.js';
import { personFields } from '../../domain/validation/persons.js';
import { requestFields } from '../../domain/validation/request-fields.js';
import type { ActionAnswer } from '../../domain/withdrawal/operator-actions/action.js';
import type { OperatorActions } from '../../domain/withdrawal/operator-actions/table.js';
import type { WithdrawalView } from '../../domain/withdrawal/view.js';

/**
 * What is shown of a field to who may not see personal data.
 *
 * - `word`: what is in it, as long as it is one word: a status, an id, a time, an amount.
 * - `phrase`: a few words from a list of ours.
 * - `sentence`: text of ours, in which nothing stands that came from a person.
 * - `reason`: why a case was opened; the reason that an operator gives is free text.
 * - `fields`: it holds fields, and their rows say it.
 * - a kind of personal data: what its mask leaves.
 *
 * What holds fields is shown by their rows, whatever its own says.
 */
export type FieldRule = (typeof fieldRuleNames)[number];

const fieldRuleNames = [
  ...(['word', 'phrase', 'sentence', 'reason', 'fields'] as const),
  ...(['name', 'email', 'date', 'address', 'text'] as const satisfies readonly PersonalKind[]),
] as const;

/** All that our messages hold: what is asked of workflows, activities, queries and updates, and what they answer. */
type Message =
  | WithdrawalStart
  | WithdrawalView
  | CaseStart
  | CaseView
  | SentAction<OperatorActions[keyof OperatorActions]>
  | ActionAnswer
  | FailureDetails
  | RateLimiterState
  | Unreadable
  | ArgumentsAndResults<ProviderCalls & RunCalls>
  | EncodedFailure
  | WorkflowMetadata;

type ArgumentsAndResults<Calls> = {
  [Name in keyof Calls]: Calls[Name] extends (...args: infer Args) => Promise<infer Result>
    ? Args[number] | Result
    : never;
}[keyof Calls];

/** What the SDK makes of a failure's message and stack trace where they are encrypted. */
interface EncodedFailure {
  message: string;
  stack_trace: string;
}

/** What Temporal's UI asks every workflow for, as far as a person looks at it. */
interface WorkflowMetadata {
  currentDetails: string;
}

/** The names of the fields in a value, at any depth. */
type FieldsIn<Value> = Value extends readonly (infer Element)[]
  ? FieldsIn<Element>
  : Value extends object
    ? { [Name in keyof Value & string]-?: Name | FieldsIn<Value[Name]> }[keyof Value & string]
    : never;

type RequestsOwn = keyof typeof requestFields | keyof typeof personFields | keyof typeof cryptopayOptions;

type MessageField = Exclude<FieldsIn<Message>, RequestsOwn>;

/**
 * The fields of our messages beside a request's own. The compiler asks for each: a new one is not shown before somebody has decided what it
 * holds.
 */
const messageFields = {
  fields: [
    ...['request', 'record', 'state', 'callback', 'callbacks', 'recovery', 'closed', 'policy'],
    ...['sent', 'received', 'fees', 'exchange', 'risk', 'waiting', 'timeline', 'detail', 'action'],
    ...['attempts', 'tries', 'slot', 'commit', 'receivedCallbacks', 'unconfirmed', 'forCases', 'lookUps', 'absence'],
    ...['refusal', 'cancel', 'actions', 'unreadable', 'resolving', 'answers', 'otherDestinations', 'contradiction'],
    'error', // of a record it is text: the provider's own, which may repeat what it was sent
  ],
  name: ['by', 'onBehalfOf'],
  text: [
    ...['evidence', 'message', 'stack_trace', 'problem', 'problems', 'refused', 'body'],
    ...['resourceName', 'resourceCategory'], // of the receiver's address
  ],
  address: ['txid', 'resolvedTxid'], // any block explorer shows the address that it paid to
  reason: ['reason'],
  word: [
    ...['version', 'status', 'final', 'inDoubt', 'attention', 'event', 'meaning', 'providerStatus'],
    ...['providerId', 'earlierProviderId', 'reference', 'requestId', 'id', 'account', 'onlyAs'],
    ...['run', 'runBefore', 'forRun', 'hasEarlierRun', 'originalRun', 'settlingRun', 'isOfEarlierRun', 'earlierRun'],
    ...['confirmFinal', 'resend'],
    ...['name', 'what', 'isLast', 'certainty', 'failure', 'code', 'field', 'fields', 'fault', 'ignored'],
    ...['source', 'httpStatus'],
    ...['hasContradiction', 'referenceInUse', 'isResendReleased', 'wasInDoubt', 'isTooEarly', 'neverCommitted'],
    ...['attempt', 'sends', 'round', 'count', 'place', 'reminders', 'outflowUnreadable'],
    ...['at', 'since', 'until', 'finalAt', 'openedAt', 'closedAt', 'startedAt', 'endedAt', 'writtenAt'],
    ...['notBefore', 'notAfter', 'nextAt', 'nextSlotAt', 'firstAt', 'lastAt', 'pausedUntil', 'commitBy'],
    ...['closedFrom', 'limitedSince', 'retryAfterMs', 'last', 'ahead'],
    ...['charge', 'pair', 'rate', 'fee', 'feeCurrency', 'score', 'level'],
  ],
  phrase: ['kind', 'outcome', 'lookUp', 'first', 'second', 'applied', 'confirmationAsked'],
  sentence: ['for', 'next', 'currentDetails'],
} as const satisfies Rows;

/** The rule of every field that is known, by its name. */
export const fieldRules: ReadonlyMap<string, FieldRule> = new Map([
  ...everyField(messageFields),
  ...[requestFields, personFields, cryptopayOptions].flatMap(ruled),
]);

/** The rows of a request say by themselves which of them are personal. */
function ruled(fields: Readonly<Record<string, { personal?: PersonalKind }>>): [string, FieldRule][] {
  return Object.entries(fields).map(([name, { personal }]) => [name, personal ?? 'word']);
}

type Rows = Readonly<Partial<Record<FieldRule, readonly MessageField[]>>>;
type LeftOut<Given extends Rows> = Exclude<MessageField, NonNullable<Given[keyof Given & FieldRule]>[number]>;

/** The rows as pairs; one that leaves a field out is no argument, and the compiler's error names it. */
function everyField<Given extends Rows>(
  rows: Given & ([LeftOut<Given>] extends [never] ? unknown : { leftOut: LeftOut<Given> }),
): [string, FieldRule][] {
  return fieldRuleNames.flatMap((rule) => (rows[rule] ?? []).map((name): [string, FieldRule] => [name, rule]));
}
