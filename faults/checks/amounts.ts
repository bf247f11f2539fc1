import { isLosslessNumber, parse } from 'lossless-json';
import type { WithdrawalRequest } from '../../domain/request.js';
import type { Check, CheckContext } from './check.js';

/** Point 6: the body of every create says the amount and the address that were asked for, digit for digit; read by no code of the adapters. */
export function amountsAreAsAsked({ plan, report }: CheckContext): Check {
  return {
    written({ operation, body, provider }) {
      if (operation !== 'create') return;
      const fields = textsOf(parse(body));
      const asked = plan.withdrawals.find(
        ({ request }) => request.provider === provider && fields.includes(request.address),
      )?.request;
      if (asked === undefined) return report('amounts', `a create to an address that nobody asked for: ${body}`);
      for (const [what, text] of Object.entries(expected(asked)))
        if (!fields.includes(text)) report('amounts', `${asked.withdrawalId}: ${what} ${text} is not in ${body}`);
    },
  };
}

function expected({ amount, currency, convertTo, withdrawalId, provider }: WithdrawalRequest): Record<string, string> {
  return {
    ...(amount !== undefined && { amount }),
    currency,
    ...(convertTo !== undefined && { convertTo }),
    ...(provider !== 'cryptocloud' && { reference: withdrawalId }),
  };
}

/** All texts and numbers in it, as written. */
function textsOf(json: unknown): string[] {
  if (typeof json !== 'object' || json === null) return [String(json)];
  if (isLosslessNumber(json)) return [json.value];
  return Object.values(json).flatMap(textsOf);
}
