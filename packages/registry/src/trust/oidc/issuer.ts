import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { isSafe } from './safe-address.js';

/** Milliseconds after which the issuer's keys are asked for again; before, only for a key that is not among them. */
const KEEP = 10 * 60_000;
/** Milliseconds between two such questions, so that made-up key ids cannot make us ask all the time. */
const COOLDOWN = 2_000;
const TIMEOUT = 5_000;
/** Bytes of the issuer's answers. */
const MOST_BYTES = 256 * 1024;

/** The issuer does not answer, or not as one; nobody can prove anything until it does. */
export class IssuerUnreachable extends Error {}

/**
 * Finds the issuer's keys by its discovery document, keeps them for a while and follows their rotation.
 * @param issuer as tokens name it; an enterprise's own has a path
 */
export function keysOf(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | null = null;
  const find = () => {
    const finding = discover(issuer);
    // A failure is kept for a moment as well: whoever waits in the meantime need not ask again.
    finding.catch(() => setTimeout(() => (found = null), COOLDOWN).unref());
    return finding;
  };
  return async (header, token) => {
    found ??= find();
    const keys = await found;
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
        throw error;
      }
      throw new IssuerUnreachable(`the keys of ${issuer} cannot be read: ${(error as Error).message}`);
    }
  };
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const document = await askIssuer(`${issuer}/.well-known/openid-configuration`);
  const { issuer: named, jwks_uri: address } = document as Record<string, unknown>;
  if (named !== issuer) throw new IssuerUnreachable(`${issuer} says that it is another issuer`);
  if (typeof address !== 'string' || !URL.canParse(address) || !isSafe(new URL(address))) {
    throw new IssuerUnreachable(`${issuer} names no https address of its keys`);
  }
  return createRemoteJWKSet(new URL(address), {
    cacheMaxAge: KEEP,
    cooldownDuration: COOLDOWN,
    timeoutDuration: TIMEOUT,
    [customFetch]: (url, options) => fetch(url, { ...options, redirect: 'error' }),
  });
}

async function askIssuer(address: string): Promise<object> {
  try {
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const text = await response.text();
    if (text.length > MOST_BYTES) throw new Error('its answer is too long');
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) throw new Error('its answer is no object');
    return answer;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    throw new IssuerUnreachable(`${address} cannot be read: ${cause?.message ?? message}`);
  }
}
