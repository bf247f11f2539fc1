import { sleep } from '@temporalio/workflow';

/** Waits as an Owner might let us wait. */
export async function sleeper(duration: string): Promise<string> {
  await sleep(duration);
  return new Date().toISOString();
}
