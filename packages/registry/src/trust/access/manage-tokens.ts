import { describeBranchName } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import { refusedRepositoryName } from '../../vocabulary/repository.js';
import { ALL_REPOSITORIES } from '../../vocabulary/token.js';
import { NO_REPOSITORY } from '../audit/audit-event.js';
import { recordAudit } from '../audit/audit-store.js';
import type { Caller } from '../identity/caller.js';
import { ANONYMOUS, isRegistryAdmin, may, type Scope } from '../identity/identity.js';
import { ensureRepository } from '../repositories/ensure-repository.js';
import { findRepository, repositoryById } from '../repositories/repository-store.js';
import { createToken, listTokens, revokeToken } from './token-store.js';

export interface TokenWish {
  owner: string;
  name: string;
  scope: Scope;
  /** What it is for. */
  label: string | null;
  /** Where it may write, with the scope write: a branch, `pull/12`, or a pattern with `*`. Null: everywhere. */
  ref: string | null;
  expiresAt: Date | null;
}

type Refusal =
  | { kind: 'invalid'; message: string; field: string }
  | { kind: 'not-found'; message: string }
  | { kind: 'forbidden'; message: string };

/** Makes a token for a repository, and the repository where an admin of the registry asks for it. */
export async function issueToken(
  db: Database,
  by: Caller,
  wish: TokenWish,
): Promise<{ kind: 'token'; id: number; token: string } | Refusal> {
  const { identity } = by;
  const refused = refusedRepositoryName(wish.owner, wish.name);
  if (refused) return { kind: 'invalid', message: refused, field: 'name' };
  if (wish.expiresAt && wish.expiresAt <= new Date()) {
    return { kind: 'invalid', message: 'the token would have expired already', field: 'expiresAt' };
  }
  if (wish.ref !== null && (wish.scope !== 'write' || !/^[^\s\p{Cc}]{1,255}$/u.test(wish.ref))) {
    return {
      kind: 'invalid',
      message: 'only a token with the scope write is for some refs: a branch, pull/12, or a pattern with *',
      field: 'ref',
    };
  }
  const repository = isRegistryAdmin(identity)
    ? await ensureRepository(db, by, wish.owner, wish.name)
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
  return db.transaction(async (tx) => {
    const made = await createToken(tx, {
      repositoryId: repository.id,
      scope: wish.scope,
      name: wish.label,
      expiresAt: wish.expiresAt,
      refPattern: wish.ref,
      createdBy: identity.who,
    });
    await recordAudit(tx, {
      repositoryId: repository.id,
      by,
      action: 'token.create',
      target: `token ${made.id}`,
      outcome: 'DONE',
      detail: describeWish(wish),
    });
    return { kind: 'token', ...made } as const;
  });
}

/** Makes the token that an operator gets at the first start, when none was configured. */
export async function issueFirstAdmin(db: Database): Promise<string> {
  const identity = { ...ANONYMOUS, who: 'the first start' };
  return db.transaction(async (tx) => {
    const made = await createToken(tx, {
      repositoryId: ALL_REPOSITORIES,
      scope: 'admin',
      name: 'made at the first start',
      expiresAt: null,
      refPattern: null,
      createdBy: identity.who,
    });
    await recordAudit(tx, {
      repositoryId: NO_REPOSITORY,
      by: { identity, address: null, requestId: null },
      action: 'token.create',
      target: `token ${made.id}`,
      outcome: 'DONE',
      detail: 'scope admin for all repositories, without an end',
    });
    return made.token;
  });
}

/** Ends a token from now on. One that the caller may not see is like one that does not exist. */
export async function withdrawToken(
  db: Database,
  by: Caller,
  id: number,
): Promise<{ kind: 'revoked'; id: number } | Extract<Refusal, { kind: 'not-found' }>> {
  const missing = {
    kind: 'not-found',
    message: `there is no token ${id} to revoke`,
  } as const;
  const token = (await listTokens(db)).find((each) => each.id === id);
  if (!token) return missing;
  const repository = await repositoryById(db, token.repositoryId);
  const { identity } = by;
  const allowed = repository ? may(identity, 'admin', repository) : isRegistryAdmin(identity);
  if (!allowed) return missing;
  return db.transaction(async (tx) => {
    const revoked = await revokeToken(tx, id, new Date());
    if (!revoked) return missing;
    await recordAudit(tx, {
      repositoryId: repository?.id ?? NO_REPOSITORY,
      by,
      action: 'token.revoke',
      target: `token ${id}`,
      outcome: 'DONE',
      detail: `scope ${token.scope}${token.name === null ? '' : ` (${token.name})`}`,
    });
    return { kind: 'revoked', id };
  });
}

function describeWish({ scope, label, expiresAt, ref }: TokenWish): string {
  const until = expiresAt === null ? 'without an end' : `until ${expiresAt.toISOString()}`;
  return `scope ${scope}${ref === null ? '' : ` for ${describeBranchName(ref)}`}, ${until}${label === null ? '' : ` (${label})`}`;
}
