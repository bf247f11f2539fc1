import { createHash, timingSafeEqual } from 'node:crypto';
import type { CodecAccess } from '../settings/codec/settings.js';
import type { CodecRole, CodecToken } from '../settings/codec/tokens.js';
import { accessTokens } from './access-tokens.js';

/** Who asks, as the log has it. */
export interface Caller {
  role: CodecRole;
  /** The token's name, or the subject of an access token. */
  who: string;
  by: 'token' | 'access token' | 'this machine';
}

/** Why nothing is decoded for them: no token or one that isn't right, or one that gives no role. */
export type NotLetIn = 'no token' | 'wrong token' | 'no role';

export interface Callers {
  /** @throws where an issuer's keys can't be had now */
  callerOf(authorization: string | undefined): Promise<Caller | NotLetIn>;
  /** Rejects while an issuer's keys can't be had. */
  ready(): Promise<void>;
}

/** Tells callers by their bearer tokens. */
export function callersOf(access: CodecAccess): Callers {
  if (access.for === 'everyone')
    return {
      callerOf: () => Promise.resolve({ role: 'full', who: 'this machine', by: 'this machine' }),
      ready: () => Promise.resolve(),
    };
  const oidc = access.oidc && accessTokens(access.oidc);
  return {
    async callerOf(authorization) {
      const [, presented] = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization ?? '') ?? [];
      if (presented === undefined) return authorization === undefined ? 'no token' : 'wrong token';
      const known = tokenEqualTo(presented, access.tokens);
      if (known !== undefined) return { role: known.role, who: known.name, by: 'token' };
      return oidc === undefined ? 'wrong token' : oidc.callerOf(presented);
    },
    ready: async () => oidc?.ready(),
  };
}

/** Looks at each of them for the same time, whether it is that or not. */
function tokenEqualTo(presented: string, tokens: readonly CodecToken[]): CodecToken | undefined {
  const digest = digestOf(presented);
  const equal = tokens.map(({ token }) => timingSafeEqual(digestOf(token), digest));
  return tokens[equal.indexOf(true)];
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
