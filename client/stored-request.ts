import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import type { WithdrawalRequest } from '../domain/request.js';
import type { WithdrawalStart } from '../contract/messages.js';
import { decoded } from './history.js';

/** gRPC's status codes for it. */
const notFound = [5];

/** The request as Temporal holds it. Nothing if Temporal knows no such workflow. */
export async function requestOf(temporal: Client, workflowId: string): Promise<WithdrawalRequest | undefined> {
  return (await startOf(temporal, workflowId))?.request;
}

/**
 * The argument in the first event of the workflow's latest run, so that the request (and the personal data in it) is stored only once.
 * Nothing if Temporal knows no such workflow.
 */
export async function startOf(temporal: Client, workflowId: string): Promise<WithdrawalStart | undefined> {
  const { namespace } = temporal.options;
  try {
    const { history } = await temporal.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId },
      maximumPageSize: 1,
    });
    const payloads = history?.events?.at(0)?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const [start] = (await decoded(temporal, payloads)) as [WithdrawalStart?];
    return start;
  } catch (error) {
    if (isGrpcServiceError(error) && notFound.includes(error.code)) return undefined;
    throw error;
  }
}
