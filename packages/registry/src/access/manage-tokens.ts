import type { Database } from '../database/database.js';
import { refusedRepositoryName } from '../repositories/repository.js';
import { ensureRepository, findRepository, repositoryById } from '../repositories/repository-store.js';
import { type Identity, isRegistryAdmin, may, type Scope } from './identity.js';
import { createToken, listTokens, revokeToken } from './token-store.js';

export interface TokenWish {
  owner: string;
  name: string;
  scope: Scope;
  /** What it is for. */
  label: string | null;
  expiresAt: Date | null;
}

type Refusal =
  | { kind: 'invalid'; message: string; field: string }
  | { kind: 'not-found'; message: string }
  | { kind: 'forbidden'; message: string };

/** Makes a token for a repository, and the repository where an admin of the registry asks for it. */
export async function issueToken(
  db: Database,
  identity: Identity,
  wish: TokenWish,
): Promise<{ kind: 'token'; id: number; token: string } | Refusal> {
  const refused = refusedRepositoryName(wish.owner, wish.name);
  if (refused) return { kind: 'invalid', message: refused, field: 'name' };
  if (wish.expiresAt && wish.expiresAt <= new Date()) {
    return { kind: 'invalid', message: 'the token would have expired already', field: 'expiresAt' };
  }
  const repository = isRegistryAdmin(identity)
    ? await ensureRepository(db, wish.owner, wish.name)
    : await findRepository(db, wish.owner, wish.name);
  if (!repository || !may(identity, 'read', repository)) {
    return {
      kind: 'not-found',
      message: `there is no repository ${wish.owner}/${wish.name} that this token may see`,
    };
  }
  if (!may(identity, 'admin', repository)) {
    return {
      kind: 'forbidden',
      message: `this needs a token with the scope admin for ${wish.owner}/${wish.name}`,
    };
  }
  const made = await createToken(db, {
    repositoryId: repository.id,
    scope: wish.scope,
    name: wish.label,
    expiresAt: wish.expiresAt,
  });
  return { kind: 'token', ...made };
}

/** Ends a token from now on. One that the caller may not see is like one that does not exist. */
export async function withdrawToken(
  db: Database,
  identity: Identity,
  id: number,
): Promise<{ kind: 'revoked'; id: number } | Extract<Refusal, { kind: 'not-found' }>> {
  const missing = {
    kind: 'not-found',
    message: `there is no token ${id} to revoke`,
  } as const;
  const token = (await listTokens(db)).find((each) => each.id === id);
  if (!token) return missing;
  const repository = await repositoryById(db, token.repositoryId);
  const allowed = repository ? may(identity, 'admin', repository) : isRegistryAdmin(identity);
  if (!allowed) return missing;
  const revoked = await revokeToken(db, id, new Date());
  return revoked ? { kind: 'revoked', id } : missing;
}
