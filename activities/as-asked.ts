import { isLosslessNumber, parse } from 'lossless-json';
import type { WithdrawalRequest } from '../domain/request.js';
import type { Provider } from '../providers/provider.js';

/** What an adapter wrote is not what was asked: a fault of ours. */
class NotAsAsked extends Error {
  override readonly name = 'NotAsAsked';
}

/** A provider's create that hands out no request but one that carries the withdrawal's address, tag, amounts and currencies, digit for digit. */
export function asAsked(create: Provider['create']): Provider['create'] {
  return {
    ...create,
    write: (request, now) => {
      const written = create.write(request, now);
      if (!asksFor(written.body ?? '', request)) throw new NotAsAsked('the body differs from what was asked');
      return written;
    },
  };
}

function asksFor(body: string, { currency, convertTo, amount, amountTo, address, tag }: WithdrawalRequest): boolean {
  const texts = textsIn(parse(body));
  const holds = (wanted: string | undefined) => wanted === undefined || texts.includes(wanted);
  // Some providers take the tag in the address, as `address?dt=tag`.
  const destination = texts.find((text) => text === address || text.startsWith(`${address}?`));
  const holdsTag = holds(tag) || destination?.endsWith(`=${encodeURIComponent(tag ?? '')}`) === true;
  return destination !== undefined && holdsTag && [currency, convertTo, amount, amountTo].every(holds);
}

/** The texts and the numbers' digits of a JSON value, at every level. */
function textsIn(json: unknown): string[] {
  if (typeof json === 'string') return [json];
  if (isLosslessNumber(json)) return [json.value];
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(textsIn) : [];
}
