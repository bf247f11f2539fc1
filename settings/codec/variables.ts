import { z } from 'zod';
import { isLoopback } from '../../providers/http/loopback.js';
import { origin, text } from '../../providers/variables.js';
import type { Group } from '../variable.js';
import type { CodecToken } from './tokens.js';
import { parseTokens } from './tokens.js';

/** Whoever could change what comes over plain HTTP could say who may read. */
const securely = { error: 'must be an https:// address; http:// only on this machine' };

function isSecure(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(address));
}

/** Variables of the codec server alone, by their names after `OUTFLOW_`. */
export const codecVariables = z.object({
  CODEC_TOKENS: z
    .string()
    .transform((list, context): readonly CodecToken[] => {
      const parsed = parseTokens(list);
      if (parsed.ok) return parsed.tokens;
      context.issues.push({ code: 'custom', message: parsed.problem, input: list });
      return z.NEVER;
    })
    .optional()
    .meta({
      description:
        'Who may have payloads decoded, as role:name:token,role:name:token. Role: masked (personal data masked) or full. The name stands in the log.',
      default: 'none; openssl rand -hex 32 makes a token',
      secret: true,
      command: true,
    }),
  CODEC_OIDC_ISSUER: z.string().refine(isSecure, securely).optional().meta({
    description: 'Issuer of the access tokens (OIDC) that are taken as well: exactly their `iss`.',
    default: 'none is taken; with it, audience and JWKS are needed',
  }),
  CODEC_OIDC_AUDIENCE: text.optional().meta({
    description: 'What must be among the `aud` of such a token.',
    default: 'none is taken',
  }),
  CODEC_OIDC_JWKS: z.string().refine(isSecure, securely).optional().meta({
    description: 'Address of the issuer’s public keys: `jwks_uri` of its discovery document.',
    default: 'none is taken',
  }),
  CODEC_OIDC_ROLE_CLAIM: text.default('outflow_role').meta({
    description:
      'Claim of such a token that says masked or full, as a word or in a list; a dot leads into an object, as in realm_access.roles.',
    default: 'outflow_role',
  }),
  CODEC_ORIGINS: z
    .string()
    .transform((list) => list.split(',').map((one) => one.trim()))
    .pipe(z.array(origin))
    .optional()
    .meta({
      description: 'Origins of Temporal’s UI, with commas between them: pages of no other may ask.',
      default: 'none: only programs, such as Temporal’s CLI',
    }),
  CODEC_RATE: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, { error: 'must be a whole number from 1 to 999999' })
    .default('3000')
    .transform(Number)
    .meta({
      description: 'Requests a minute of one caller. The UI makes one for each payload that it shows.',
      default: '3000',
    }),
  CODEC_OPEN: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((word) => word === 'true')
    .meta({
      description:
        'true: whoever is on this machine sees everything, without a token, as in dev and demo. Only on a loopback address.',
      default: 'false',
    }),
});

export const codecGroup: Group = {
  prefix: 'OUTFLOW_',
  title: 'Codec server',
  schema: codecVariables,
  callbackSchema: codecVariables, // none of them pays
};
