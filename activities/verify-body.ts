import { isLosslessNumber, parse } from 'lossless-json';
import type { Provider } from '../providers/provider.js';

/** What an adapter wrote is not what was asked: a fault of ours. */
class NotAsAsked extends Error {
  override readonly name = 'NotAsAsked';
}

/** A provider's create that hands out no request but one whose body carries what was asked, field by field and digit for digit, and nothing else. */
export function verifiedCreate({ create, carries }: Pick<Provider, 'create' | 'carries'>): Provider['create'] {
  return {
    ...create,
    write: (request, now) => {
      const written = create.write(request, now);
      const found = new Map(leavesOf(parse(written.body ?? '')));
      const asked = Object.entries(carries(request)).filter(([, text]) => text !== undefined);
      if (found.size !== asked.length || asked.some(([path, text]) => found.get(path) !== text))
        throw new NotAsAsked('the body differs from what was asked');
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
