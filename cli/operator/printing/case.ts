import { caseReasons } from '../../../client/inbox/case-reasons.js';
import type { CaseView, WithdrawalView } from '../../../client/index.js';
import { capabilities } from '../../../domain/providers/index.js';
import { closeCaseCommandLine } from '../actions/command-line.js';
import type { Outcome } from '../outcome.js';
import { askedOf, feesOf, linesOf, moneyOf, wrapped } from '../../output/text.js';

/** So wide is advice, beside the column of names. */
const ADVICE_COLUMNS = 110;

/** A case, and what is known of the withdrawal that it is about. */
export interface ShownCase {
  caseId: string;
  view: CaseView;
  withdrawal?: WithdrawalView;
}

export function caseOutcome(shown: ShownCase): Outcome {
  return { text: caseLines(shown), json: caseJson(shown) };
}

/** For scripts: the case, how its withdrawal stands, and the command that closes it. */
export function caseJson({ caseId, view, withdrawal }: ShownCase) {
  return {
    caseId,
    ...view,
    ...(withdrawal && { recorded: { status: withdrawal.status, final: withdrawal.final } }),
    ...(view.closed === undefined && { action: [closeCaseCommandLine(caseId)] }),
  };
}

/** What it says of the money and what to do. Address and tag are personal data and stay out; so does a raw body, which may hold them. */
export function caseLines({ caseId, view, withdrawal }: ShownCase): string[] {
  const { record, provider, closed } = view;
  const { title } = capabilities[provider];
  return linesOf([
    ['case', caseId],
    ['what it is', caseReasons[view.reason].meaning],
    ['withdrawal', view.withdrawalId ?? record?.reference],
    ['provider', record === undefined ? title : `${title}, its id ${record.providerId}`],
    ['opened at', view.openedAt],
    ['it says', record && reportedIn(record)],
    [
      'amount',
      record && (record.currency === undefined ? record.amount : askedOf({ ...record, currency: record.currency })),
    ],
    ['sent', moneyOf(record?.sent)],
    ['received', moneyOf(record?.received)],
    ['fees', record && feesOf(record)],
    ['transaction', record?.txid],
    ['its error', record?.error],
    ['recorded', withdrawal && recordedIn(withdrawal)],
    ['problem', view.problem],
    ['body', view.body && `${view.body.length} characters, which may name a person; --json shows them`],
    ['what to do', closed === undefined ? whatToDo(view, withdrawal) : undefined],
    ['then', closed === undefined ? closeCaseCommandLine(caseId) : undefined],
    ['closed', closed && `${closed.at} by ${closed.by}: ${closed.reason}`],
  ]);
}

function reportedIn({ providerStatus, meaning }: NonNullable<CaseView['record']>): string {
  if (meaning === providerStatus) return providerStatus;
  return meaning === 'unrecognised'
    ? `${providerStatus}, a status in no table`
    : `${providerStatus}, which means ${meaning}`;
}

function recordedIn({ status, final, finalAt, providerId, txid, received, error }: WithdrawalView): string {
  const parts = [
    final ? `${status}, final since ${finalAt ?? 'unknown'}` : `${status}, not final`,
    providerId && `its id ${providerId}`,
    moneyOf(received),
    txid && `transaction ${txid}`,
    error && `error ${error.type}`,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

function whatToDo({ reason, provider, record }: CaseView, withdrawal?: WithdrawalView): string {
  const { title } = capabilities[provider];
  const at = record === undefined ? `at ${title}` : `at ${title} by its id ${record.providerId}`;
  const mayHaveLeft =
    reason === 'differs from the recorded end' && record?.meaning === 'confirmed' && withdrawal?.status !== 'confirmed';
  const advice = caseReasons[reason].whatToDo(title, at);
  return wrapped(mayHaveLeft ? `${advice} Money may have left.` : advice, '', ADVICE_COLUMNS).join('\n');
}
