import { condition, setCurrentDetails, setHandler, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { CallbackContent, CaseStart, CaseView } from '../contract/case.js';
import { caseDetails, caseOptions, contentOf, caseViewQuery, closeCaseUpdate } from '../contract/case.js';
import { workflowTypes } from '../contract/ids.js';
import { plainAction } from '../domain/withdrawal/operator-actions/action.js';
import { caseId } from './calls.js';
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
  setCurrentDetails(caseDetails(start));
  await condition(() => view.closed !== undefined);
  return view;
}

/** Opened by somebody without the key: no callback of any provider's. */
function unreadableCase(reason: UnreadableReason): CaseStart {
  const problem = `it was not opened by Outflow: ${unreadableReasons[reason]}`;
  return { reason: 'unreadable', problem } as CaseStart; // of which provider is not known
}

/** The same case as the bridge opens for the same callback, whose content is given apart where the case shows it otherwise. */
export async function openCase(start: CaseStart, content: CallbackContent = contentOf(start)): Promise<void> {
  const id = await caseId(content);
  try {
    await startChild(workflowTypes.case, { ...caseOptions(start, id), parentClosePolicy: 'ABANDON' });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
