import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { isSafe } from './safe-address.js';

/** Milliseconds for which the issuer's keys are cached. An unknown key id fetches them earlier. */
const CACHE_TIME = 10 * 60_000;
/** Milliseconds between two fetches, so that invented key ids cannot cause a fetch each. */
const COOLDOWN = 2_000;
const TIMEOUT = 5_000;
/** The maximum length of the discovery document. */
const MOST_BYTES = 256 * 1024;

/**
 * The issuer is not reachable, or its response is invalid. Until it recovers, no workflow can authenticate.
 */
export class IssuerUnreachable extends Error {}

/**
 * Finds the issuer's keys through its discovery document, caches them and follows their rotation.
 * @param issuer the `iss` of its tokens; a GitHub Enterprise issuer has a path
 */
export function keysOf(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | null = null;
  const find = () => {
    const finding = discover(issuer);
    // A failure is cached as well, for the cooldown: concurrent requests share it.
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
  const document = await fetchDocument(`${issuer}/.well-known/openid-configuration`);
  const { issuer: named, jwks_uri: address } = document as Record<string, unknown>;
  if (named !== issuer)
    throw new IssuerUnreachable(`the discovery document of ${issuer} names another issuer`);
  if (typeof address !== 'string' || !URL.canParse(address) || !isSafe(new URL(address))) {
    throw new IssuerUnreachable(`the discovery document of ${issuer} has no https address of its keys`);
  }
  return createRemoteJWKSet(new URL(address), {
    cacheMaxAge: CACHE_TIME,
    cooldownDuration: COOLDOWN,
    timeoutDuration: TIMEOUT,
    [customFetch]: (url, options) => fetch(url, { ...options, redirect: 'error' }),
  });
}

async function fetchDocument(address: string): Promise<object> {
  try {
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const text = await response.text();
    if (text.length > MOST_BYTES) throw new Error('the response is too long');
    const document: unknown = JSON.parse(text);
    if (typeof document !== 'object' || document === null) throw new Error('the response is not an object');
    return document;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    throw new IssuerUnreachable(`${address} cannot be read: ${cause?.message ?? message}`);
  }
}
