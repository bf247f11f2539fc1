import { activityInfo, ApplicationFailure, heartbeat, sleep } from '@temporalio/activity';

export function echo(input: unknown): Promise<unknown> {
  return Promise.resolve({ echoed: input });
}

export function fail(input: unknown): Promise<never> {
  return Promise.reject(
    ApplicationFailure.create({ message: `failed with ${String(input)}`, type: 'Failed', details: [input] }),
  );
}

/** Fails once, and answers what the heartbeat before that brought. */
export async function heartbeatThenFail(input: unknown): Promise<unknown> {
  const { attempt, ...info } = activityInfo();
  const heartbeatDetails: unknown = info.heartbeatDetails;
  if (attempt > 1) return { heartbeatDetails };
  heartbeat(input);
  await sleep(200);
  throw new Error(`failed after ${String(input)}`);
}

/** Is heard of once, and never again. */
export async function hang(input: unknown): Promise<void> {
  heartbeat(input);
  await new Promise((resolve) => setTimeout(resolve, 4000));
}
