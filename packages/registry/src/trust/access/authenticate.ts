import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../../database/statements/database.js';
import { hashToken } from '../../vocabulary/token.js';
import { ANONYMOUS, type Identity } from '../identity/identity.js';
import { identifyToken } from './token-store.js';

/** The identity of the caller; or why the credential is refused, or cannot be verified now. */
export type Authenticated = Identity | { refused: string } | { unavailable: string };

/** Verifies one kind of credential. Resolves to null when the credential is of another kind. */
export type Authenticator = (credential: string) => Promise<Authenticated | null>;

/** Authenticates the admin tokens of the configuration. */
export function configuredAdmin(adminTokens: string[]): Authenticator {
  const hashes = adminTokens.map(hashToken);
  return async (credential) => {
    const hash = hashToken(credential);
    // `filter` compares with every token, so that the time does not depend on which one matches.
    const isKnown = hashes.filter((each) => timingSafeEqual(each, hash)).length > 0;
    if (!isKnown) return null;
    const grants: Identity['grants'] = [{ repositoryId: 'all', scope: 'admin' }];
    return { who: 'configured admin', actor: null, run: null, grants };
  };
}

/** Authenticates tokens created by `fixture-registry token create`. */
export function storedToken(db: Database): Authenticator {
  return (credential) => identifyToken(db, credential, new Date());
}

/**
 * Authenticates an `Authorization` header; without one the caller is anonymous. The first authenticator that
 * recognizes the credential decides.
 */
export async function authenticate(
  header: string | undefined,
  authenticators: Authenticator[],
): Promise<Authenticated> {
  if (header === undefined || header.trim() === '') return ANONYMOUS;
  const credential = /^Bearer +(\S+)$/i.exec(header.trim())?.[1];
  if (credential && credential.length <= 8_192) {
    for (const authenticator of authenticators) {
      const result = await authenticator(credential);
      if (result !== null) return result;
    }
  }
  return { refused: 'the token is not valid: it may be mistyped, expired or revoked' };
}
