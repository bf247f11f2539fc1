import { Client } from 'undici';
import { singleValues } from '../../../providers/http/headers.js';
import type { HttpResponse, HttpRequest } from '../../../providers/provider.js';

/** The longest answer that is read, bytes. */
const LONGEST_RESPONSE = 1024 * 1024;
const TIMEOUT_MS = 5_000;

/** The answer, or the network's code where there is none. */
export async function answered(
  origin: string,
  { method, path, headers, body }: HttpRequest,
): Promise<HttpResponse | string> {
  const client = new Client(origin, { maxResponseSize: LONGEST_RESPONSE });
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await client.request({ method, path, headers, signal, ...(body !== undefined && { body }) });
    return { status: answer.statusCode, headers: singleValues(answer.headers), body: await answer.body.text() };
  } catch (error) {
    // A time-out's code is a number of the DOM's, which means nothing to an operator.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return typeof code === 'string' ? code : `no answer within ${TIMEOUT_MS / 1_000} s`;
  } finally {
    await client.destroy();
  }
}
