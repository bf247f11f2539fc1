import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import type { Submitted, WithdrawalRequest } from '../../../client/index.js';
import { InvalidRequestError } from '../../../client/index.js';
import { isUnreachable } from '../../output/exit-codes.js';
import { printJson } from '../../output/text.js';
import { forEach, reportFailure } from '../several.js';
import { withOutflow } from '../with-outflow.js';

export function submitCommand(): Command {
  return new Command('submit')
    .description(
      'submit withdrawal requests: a JSON object, a list of them, or one per line; all are checked before the first is sent',
    )
    .argument('<file>', 'a file, or - for standard input')
    .option(
      '--batch <name>',
      'a name to list them by; public, as each withdrawalId is: readable in Temporal without a key',
    )
    .option('--json', 'one JSON object per line')
    .action(submit);
}

async function submit(file: string, { batch, json }: { batch?: string; json?: true }): Promise<void> {
  const requests = requestsIn(file === '-' ? await text(process.stdin) : await contentOf(file));
  await withOutflow(async (outflow) => {
    outflow.check(requests);
    const submitted = (request: WithdrawalRequest) => outflow.submit(request, batch === undefined ? {} : { batch });
    const done = ({ withdrawalId, created }: Submitted) => {
      if (json === true) printJson({ withdrawalId, created });
      else console.log(`${withdrawalId}: ${created ? 'submitted' : 'known already, not submitted again'}`);
    };
    const [only, ...others] = requests;
    if (only !== undefined && others.length === 0) return done(await submitted(only));
    let unreachable: Error | undefined;
    const failed = await forEach(
      requests,
      1,
      async (request) => {
        if (unreachable !== undefined) throw unreachable; // each would wait for it anew
        try {
          done(await submitted(request));
        } catch (error) {
          if (error instanceof Error && isUnreachable(error)) unreachable = error;
          throw error;
        }
      },
      ({ withdrawalId }, error) => reportFailure(withdrawalId, 'not submitted', error, json),
    );
    if (failed > 0) process.stderr.write(`${failed} of ${requests.length} were not submitted.\n`);
  });
}

/** A file that can’t be read is a mistake in the command. */
async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const problem = code === 'ENOENT' ? 'there is no such file' : `can’t be read (${code})`;
    throw new InvalidRequestError([{ field: file, problem }], 'The file');
  }
}

/** Requests as JSON, in whatever form they come. They are unknown values until the client has checked them. */
function requestsIn(source: string): WithdrawalRequest[] {
  const whole = parsed(source);
  const values: unknown[] =
    whole === undefined
      ? source
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map(lineParsed)
      : [whole].flat();
  if (values.length === 0) throw new InvalidRequestError([{ field: 'file', problem: 'holds no request' }]);
  return values as WithdrawalRequest[];
}

function lineParsed(line: string, index: number): unknown {
  const value = parsed(line);
  if (value === undefined) {
    throw new InvalidRequestError([
      { field: `line ${index + 1}`, problem: 'is not JSON; give a JSON object, a list of them, or one per line' },
    ]);
  }
  return value;
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
