import { patched, proxyActivities } from '@temporalio/workflow';

/** The example in docs/developing/changing-workflows.md: one workflow, as it was released and as it may be changed. */
interface Calls {
  create(): Promise<string>;
  lookUp(): Promise<string>;
}

const { create, lookUp } = proxyActivities<Calls>({ startToCloseTimeout: '10 seconds' });

/** As it was released: `before.json` is the history of a run of it. */
export async function asReleased(): Promise<string> {
  return create();
}

/** As it may be changed before the first release only: a run of the old one that is under way can't go on. */
export async function changedOutright(): Promise<string> {
  await create();
  return lookUp();
}

/** As it may be changed at any time: a run that began before the change goes on as it began. */
export async function changedByPatch(): Promise<string> {
  const status = await create();
  return patched('look-up-before-end') ? lookUp() : status;
}
