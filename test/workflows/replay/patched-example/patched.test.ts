import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowBundle } from '@temporalio/worker';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { readHistoryFile } from '../history-files.js';
import type * as workflows from './workflows.js';

const logger = new DefaultLogger('ERROR');

let workflowBundle: WorkflowBundle;
beforeAll(async () => {
  const workflowsPath = fileURLToPath(new URL('workflows.ts', import.meta.url));
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
});

/** Goes on, as this version of the workflow, with what the released one did. */
async function goOnAs(version: keyof typeof workflows): Promise<void> {
  const history = await readHistoryFile(new URL('before.json', import.meta.url));
  const start = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  if (start) start.workflowType = { name: version };
  await Worker.runReplayHistory({ workflowBundle }, history, 'patched-example');
}

describe('a run that began before its workflow was changed', () => {
  it('goes on as the version that it began with', async () => {
    await goOnAs('asReleased');
  });

  it('is stuck where the workflow was changed outright', async () => {
    await expect(goOnAs('changedOutright')).rejects.toThrow('Nondeterminism');
  });

  it('goes on where the workflow was changed by `patched`', async () => {
    await goOnAs('changedByPatch');
  });
});
