import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { fieldsOf } from '../domain/validation/fields.js';
import type { OidcSettings } from '../settings/codec/settings.js';
import type { CodecRole } from '../settings/codec/tokens.js';
import { codecRoles } from '../settings/codec/tokens.js';
import type { Caller, NotLetIn } from './callers.js';

/** Signed by a key that the issuer alone has: never `none`, never a secret that both would have. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** How far the issuer's clock may be off, s. */
const CLOCK_TOLERANCE = 5;

/** What is wrong with the token itself; any other failure is that the issuer's keys can't be had. */
const wrongToken: readonly string[] = [
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
].map(({ code }) => code);

/** Reads access tokens (JWT) of one issuer. */
export function accessTokens({ issuer, audience, jwks, roleClaim }: OidcSettings) {
  const keys = createRemoteJWKSet(new URL(jwks));
  return {
    /** @throws where the issuer's keys can't be had now */
    async callerOf(token: string): Promise<Caller | NotLetIn> {
      let claims: JWTPayload;
      try {
        const options = {
          issuer,
          audience,
          algorithms,
          clockTolerance: CLOCK_TOLERANCE,
          requiredClaims: ['exp', 'sub'],
        };
        claims = (await jwtVerify(token, keys, options)).payload;
      } catch (error) {
        if (error instanceof errors.JOSEError && wrongToken.includes(error.code)) return 'wrong token';
        throw error;
      }
      const role = roleIn(claims, roleClaim);
      const { sub: who } = claims;
      if (who === undefined || who === '') return 'wrong token';
      return role === undefined ? 'no role' : { role, who, by: 'access token' };
    },

    /** Rejects while the issuer's keys can't be had. */
    async ready(): Promise<void> {
      if (keys.jwks() === undefined) await keys.reload();
    },
  };
}

/** The role that a claim gives; of both, the one that sees less. */
function roleIn(claims: JWTPayload, name: string): CodecRole | undefined {
  const claim = Object.hasOwn(claims, name) ? claims[name] : at(claims, name.split('.'));
  const words: unknown[] = Array.isArray(claim) ? claim : [claim];
  return codecRoles.find((role) => words.includes(role));
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => fieldsOf(inner)?.[name], value);
}
