import { workflowTypes } from '../../contract/ids.js';

/** In Temporal's list filter language. */
export const ofWithdrawals = `WorkflowType = '${workflowTypes.withdrawal}'`;
export const openWithdrawals = `${ofWithdrawals} AND ExecutionStatus = 'Running'`;
export const ofOurs = `WorkflowType IN (${Object.values(workflowTypes)
  .map((type) => `'${type}'`)
  .join(', ')})`;

/** So many questions are put to Temporal at once. */
export const AT_ONCE = 10;
