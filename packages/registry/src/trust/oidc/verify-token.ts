import { decodeJwt, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { IssuerUnreachable } from './issuer.js';
import { readWorkflowClaims, type WorkflowClaims } from './workflow-claims.js';

/** Signatures with the issuer's private key. None of them can be made with its public one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Seconds that clocks may differ. */
const SKEW = 30;

/** GitHub's tokens are good for minutes. One that was made long ago is not, whatever it says of its own end. */
const LONGEST_LIFE = '1 hour';

export interface Expectations {
  issuer: string;
  audience: string;
  keys: JWTVerifyGetKey;
}

/**
 * Verifies a workflow's token.
 * @returns its claims, or why it is refused, in words that tell what to do
 * @throws IssuerUnreachable when the issuer's keys cannot be had
 */
export async function verifyToken(
  token: string,
  { issuer, audience, keys }: Expectations,
): Promise<WorkflowClaims | { refused: string }> {
  let payload: Record<string, unknown>;
  try {
    // Not verified yet; but there is no use in looking among this issuer's keys for another's.
    if (decodeJwt(token).iss !== issuer) return { refused: `the workflow's token is not from ${issuer}` };
    const verified = await jwtVerify(token, keys, {
      issuer,
      audience: [audience, `${audience}/`],
      algorithms: ALGORITHMS,
      clockTolerance: SKEW,
      maxTokenAge: LONGEST_LIFE,
      requiredClaims: ['iss', 'aud', 'exp', 'iat', 'sub'],
    });
    payload = verified.payload;
  } catch (error) {
    if (error instanceof IssuerUnreachable) throw error;
    return { refused: `the workflow's token is not valid: ${describe(error, audience)}` };
  }
  const claims = readWorkflowClaims(payload);
  return 'wrong' in claims ? { refused: `the workflow's token has no good claim ${claims.wrong}` } : claims;
}

function describe(error: unknown, audience: string): string {
  if (error instanceof errors.JWTExpired)
    return 'it expired; each step of a workflow asks GitHub for a new one';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') {
      return `it was made for another audience than ${audience}; give the action this address as registry-url, or set FIXTURE_REGISTRY_OIDC_AUDIENCE`;
    }
    if (error.claim === 'nbf' || (error.claim === 'iat' && error.reason === 'check_failed')) {
      return 'it is not valid yet: look at the clock of the registry';
    }
    return `its claim ${error.claim} is missing or wrong`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'it is signed in a way that is not accepted';
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'it is signed with a key that is not one of the issuer';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  return 'it cannot be read';
}
