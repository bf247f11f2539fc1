import { condition, setCurrentDetails, setHandler, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { capabilities } from '../domain/providers/index.js';
import type { CaseStart, CaseView } from '../contract/case.js';
import { caseOptions, caseViewQuery, closeCaseUpdate } from '../contract/case.js';
import { workflowTypes } from '../contract/ids.js';
import { plainAction } from '../domain/withdrawal/operator-actions/action.js';
import type { UnreadableReason } from '../contract/unreadable.js';
import { unreadableReasons } from '../contract/unreadable.js';
import { refuseMalformed } from './operator-actions.js';
import { reasonAgainst } from './unreadable.js';

/** Holds a verified callback that no open withdrawal can take, until a person has dealt with it. */
export async function caseForPerson(given: CaseStart): Promise<CaseView> {
  const unreadable = reasonAgainst(given);
  const start = unreadable === undefined ? given : unreadableCase(unreadable);
  const view: CaseView = { ...start, openedAt: new Date().toISOString() };
  setHandler(caseViewQuery, () => view);
  setHandler(
    closeCaseUpdate,
    (action) => {
      view.closed = { ...plainAction(action), at: new Date().toISOString() };
      return view;
    },
    { validator: refuseMalformed },
  );
  setCurrentDetails(
    `**${unreadable === undefined ? capabilities[start.provider].title : 'Nobody’s callback'}: ${start.reason}**\n\n` +
      `Withdrawal: ${start.withdrawalId ?? 'none named'}. The provider says: ${start.record?.providerStatus ?? start.problem ?? 'nothing readable'}.\n\n` +
      'Find out at the provider what it means for the money, then close the case with your name and what you found.',
  );
  await condition(() => view.closed !== undefined);
  return view;
}

/** Opened by somebody without the key: no callback of any provider's. */
function unreadableCase(reason: UnreadableReason): CaseStart {
  const problem = `it was not opened by Outflow: ${unreadableReasons[reason]}`;
  return { reason: 'unreadable', problem } as CaseStart; // of which provider is not known
}

/** The same case as the bridge opens for the same callback. */
export async function openCase(start: CaseStart): Promise<void> {
  try {
    await startChild(workflowTypes.case, { ...caseOptions(start), parentClosePolicy: 'ABANDON' });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
