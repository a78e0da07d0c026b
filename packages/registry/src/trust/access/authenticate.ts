import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../../database/statements/database.js';
import { hashToken } from '../../vocabulary/token.js';
import { ANONYMOUS, type Identity } from '../identity/identity.js';
import { identifyToken } from './token-store.js';

/** Who it is; or why a credential of this kind is refused, or cannot be judged now. */
export type Authenticated = Identity | { refused: string } | { unavailable: string };

/** One way to prove who one is. Gives null when the credential is not of its kind. */
export type Authenticator = (credential: string) => Promise<Authenticated | null>;

/** Admin tokens that are configured rather than stored. */
export function configuredAdmin(adminTokens: string[]): Authenticator {
  const hashes = adminTokens.map(hashToken);
  return async (credential) => {
    const hash = hashToken(credential);
    const known = hashes.filter((each) => timingSafeEqual(each, hash)).length > 0;
    if (!known) return null;
    const grants: Identity['grants'] = [{ repositoryId: 'all', scope: 'admin' }];
    return { who: 'configured admin', actor: null, run: null, grants };
  };
}

/** Tokens made by `fixture-registry token create`. */
export function storedToken(db: Database): Authenticator {
  return (credential) => identifyToken(db, credential, new Date());
}

/**
 * Who sends this `Authorization` header: anonymous without one. Each kind of credential is one authenticator in the
 * list; the first that knows it decides.
 */
export async function authenticate(
  header: string | undefined,
  authenticators: Authenticator[],
): Promise<Authenticated> {
  if (header === undefined || header.trim() === '') return ANONYMOUS;
  const credential = /^Bearer +(\S+)$/i.exec(header.trim())?.[1];
  if (credential && credential.length <= 8_192) {
    for (const authenticator of authenticators) {
      const answer = await authenticator(credential);
      if (answer !== null) return answer;
    }
  }
  return { refused: 'the token is not valid: it may be mistyped, expired or revoked' };
}
