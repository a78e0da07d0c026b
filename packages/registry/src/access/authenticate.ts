import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../database/database.js';
import { ANONYMOUS, type Identity } from './identity.js';
import { hashToken } from './token.js';
import { identifyToken } from './token-store.js';

/** One way to prove who one is. Gives null when the credential is not of its kind or not valid. */
export type Authenticator = (credential: string) => Promise<Identity | null>;

/** Admin tokens that are configured rather than stored. */
export function configuredAdmin(adminTokens: string[]): Authenticator {
  const hashes = adminTokens.map(hashToken);
  return async (credential) => {
    const hash = hashToken(credential);
    const known = hashes.filter((each) => timingSafeEqual(each, hash)).length > 0;
    return known ? { who: 'configured admin', grants: [{ repositoryId: 'all', scope: 'admin' }] } : null;
  };
}

/** Tokens made by `fixture-registry token create`. */
export function storedToken(db: Database): Authenticator {
  return (credential) => identifyToken(db, credential, new Date());
}

/**
 * Who sends this `Authorization` header: anonymous without one, null when what it holds is not valid. Each kind of
 * credential is one authenticator in the list.
 */
export async function authenticate(
  header: string | undefined,
  authenticators: Authenticator[],
): Promise<Identity | null> {
  if (header === undefined || header.trim() === '') return ANONYMOUS;
  const credential = /^Bearer +(\S+)$/i.exec(header.trim())?.[1];
  if (!credential || credential.length > 8_192) return null;
  for (const authenticator of authenticators) {
    const identity = await authenticator(credential);
    if (identity) return identity;
  }
  return null;
}
