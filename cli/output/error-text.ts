import { isGrpcServiceError, ServiceError } from '@temporalio/client';

/** An error as text. Those of Temporal's client say only what failed ("Failed to list workflows"): the server's own say why. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return error instanceof ServiceError && isGrpcServiceError(cause) && cause.details !== ''
    ? `${message}: ${cause.details}`
    : message;
}
