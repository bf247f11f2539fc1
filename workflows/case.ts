import { condition, setCurrentDetails, setHandler, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { capabilities } from '../domain/providers/index.js';
import type { CaseStart, CaseView } from '../contract/case.js';
import { caseOptions, caseViewQuery, closeCaseUpdate } from '../contract/case.js';
import { workflowTypes } from '../contract/ids.js';
import { plainAction } from '../domain/withdrawal/operator-actions/action.js';
import { refuseMalformed } from './operator-actions.js';

/** Holds a verified callback that no open withdrawal can take, until a person has dealt with it. */
export async function caseForPerson(start: CaseStart): Promise<CaseView> {
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
    `**${capabilities[start.provider].title}: ${start.reason}**\n\n` +
      `Withdrawal: ${start.withdrawalId ?? 'none named'}. The provider says: ${start.record?.providerStatus ?? start.problem ?? 'nothing readable'}.\n\n` +
      'Find out at the provider what it means for the money, then close the case with your name and what you found.',
  );
  await condition(() => view.closed !== undefined);
  return view;
}

/** The same case as the bridge opens for the same callback. */
export async function openCase(start: CaseStart): Promise<void> {
  try {
    await startChild(workflowTypes.case, { ...caseOptions(start), parentClosePolicy: 'ABANDON' });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
