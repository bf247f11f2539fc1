import { isLosslessNumber, parse } from 'lossless-json';
import type { Provider } from '../providers/provider.js';

/** The body that was written is not the one expected: a fault of ours. */
class BodyMismatch extends Error {
  override readonly name = 'NotAsAsked';
}

/** A provider's create that writes no request but one whose body has exactly the expected fields, digit for digit, and nothing else. */
export function verifiedCreate({
  create,
  expectedBody,
}: Pick<Provider, 'create' | 'expectedBody'>): Provider['create'] {
  return {
    ...create,
    write: (request, now) => {
      const written = create.write(request, now);
      const found = new Map(leavesOf(parse(written.body ?? '')));
      const expected = Object.entries(expectedBody(request)).filter(([, text]) => text !== undefined);
      if (found.size !== expected.length || expected.some(([path, text]) => found.get(path) !== text))
        throw new BodyMismatch('the body differs from what was asked');
      return written;
    },
  };
}

/** Every value of a JSON object that holds no others, by its path: texts, and numbers' digits as written. */
function leavesOf(json: unknown, path: readonly string[] = []): [path: string, text: string][] {
  if (typeof json !== 'object' || json === null) return [[path.join('.'), String(json)]];
  if (isLosslessNumber(json)) return [[path.join('.'), json.value]];
  const below = Object.entries(json).flatMap(([name, value]) => leavesOf(value, [...path, name]));
  return below.length > 0 ? below : [[path.join('.'), 'empty']];
}
