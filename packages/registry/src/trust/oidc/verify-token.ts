import { decodeJwt, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { IssuerUnreachable } from './issuer.js';
import { readWorkflowClaims, type WorkflowClaims } from './workflow-claims.js';

/** Asymmetric algorithms only: with a symmetric one, the public key could sign a token. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Tolerated clock skew, in seconds. */
const SKEW = 30;

/** GitHub's tokens expire after minutes. An older token is refused whatever its `exp` says. */
const MAX_AGE = '1 hour';

export interface Expectations {
  issuer: string;
  audience: string;
  keys: JWTVerifyGetKey;
}

/**
 * Verifies a workflow's token.
 * @returns its claims, or why it is refused and what to do
 * @throws IssuerUnreachable when the issuer's keys cannot be fetched
 */
export async function verifyToken(
  token: string,
  { issuer, audience, keys }: Expectations,
): Promise<WorkflowClaims | { refused: string }> {
  let payload: Record<string, unknown>;
  try {
    // The claim is unverified here; the check only gives a better message for tokens of another issuer.
    if (decodeJwt(token).iss !== issuer) return { refused: `the workflow's token is not from ${issuer}` };
    const verified = await jwtVerify(token, keys, {
      issuer,
      audience: [audience, `${audience}/`],
      algorithms: ALGORITHMS,
      clockTolerance: SKEW,
      maxTokenAge: MAX_AGE,
      requiredClaims: ['iss', 'aud', 'exp', 'iat', 'sub'],
    });
    payload = verified.payload;
  } catch (error) {
    if (error instanceof IssuerUnreachable) throw error;
    return { refused: `the workflow's token is not valid: ${describe(error, audience)}` };
  }
  const claims = readWorkflowClaims(payload);
  return 'wrong' in claims ? { refused: `the workflow's token has no valid claim ${claims.wrong}` } : claims;
}

function describe(error: unknown, audience: string): string {
  if (error instanceof errors.JWTExpired)
    return 'it expired; request a new token from GitHub in each step of the workflow';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') {
      return `its audience is not ${audience}; use this address as the action's registry-url, or set FIXTURE_REGISTRY_OIDC_AUDIENCE`;
    }
    if (error.claim === 'nbf' || (error.claim === 'iat' && error.reason === 'check_failed')) {
      return "it is not valid yet: check the registry's clock";
    }
    return `its claim ${error.claim} is missing or wrong`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its signature algorithm is not accepted';
  if (error instanceof errors.JWKSNoMatchingKey) return "it is not signed with one of the issuer's keys";
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  return 'it cannot be read';
}
