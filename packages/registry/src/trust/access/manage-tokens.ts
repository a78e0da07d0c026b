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

/** A token to create. */
export interface TokenRequest {
  /** The repository, as `owner/name`. */
  owner: string;
  name: string;
  scope: Scope;
  /** A description for people. */
  label: string | null;
  /**
   * For the scope write: the refs that it may write: a branch, `pull/12`, or a pattern with `*`; null: all.
   */
  ref: string | null;
  /** Null: never. */
  expiresAt: Date | null;
}

type Refusal =
  | { kind: 'invalid'; message: string; field: string }
  | { kind: 'not-found'; message: string }
  | { kind: 'forbidden'; message: string };

/** Creates a token for a repository. A registry admin may name a new repository, which is then created. */
export async function issueToken(
  db: Database,
  by: Caller,
  request: TokenRequest,
): Promise<{ kind: 'token'; id: number; token: string } | Refusal> {
  const { identity } = by;
  const refused = refusedRepositoryName(request.owner, request.name);
  if (refused) return { kind: 'invalid', message: refused, field: 'name' };
  if (request.expiresAt && request.expiresAt <= new Date()) {
    return { kind: 'invalid', message: 'the expiry date is in the past', field: 'expiresAt' };
  }
  if (request.ref !== null && (request.scope !== 'write' || !/^[^\s\p{Cc}]{1,255}$/u.test(request.ref))) {
    return {
      kind: 'invalid',
      message:
        'only a token with the scope write can be limited to refs: a branch, pull/12, or a pattern with *',
      field: 'ref',
    };
  }
  const repository = isRegistryAdmin(identity)
    ? await ensureRepository(db, by, request.owner, request.name)
    : await findRepository(db, request.owner, request.name);
  if (!repository || !may(identity, 'read', repository)) {
    return {
      kind: 'not-found',
      message: `the repository ${request.owner}/${request.name} does not exist, or this token cannot read it`,
    };
  }
  if (!may(identity, 'admin', repository)) {
    return {
      kind: 'forbidden',
      message: `this needs a token with the scope admin for ${request.owner}/${request.name}`,
    };
  }
  return db.transaction(async (tx) => {
    const made = await createToken(tx, {
      repositoryId: repository.id,
      scope: request.scope,
      name: request.label,
      expiresAt: request.expiresAt,
      refPattern: request.ref,
      createdBy: identity.who,
    });
    await recordAudit(tx, {
      repositoryId: repository.id,
      by,
      action: 'token.create',
      target: `token ${made.id}`,
      outcome: 'DONE',
      detail: describeRequest(request),
    });
    return { kind: 'token', ...made } as const;
  });
}

/** Creates the admin token of the first start, when none is configured. Returns its secret. */
export async function issueFirstAdmin(db: Database): Promise<string> {
  const identity = { ...ANONYMOUS, who: 'the first start' };
  return db.transaction(async (tx) => {
    const made = await createToken(tx, {
      repositoryId: ALL_REPOSITORIES,
      scope: 'admin',
      name: 'created at the first start',
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
      detail: 'scope admin for all repositories, without expiry',
    });
    return made.token;
  });
}

/** Revokes a token. A token that the caller may not see is reported as not found. */
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

function describeRequest({ scope, label, expiresAt, ref }: TokenRequest): string {
  const until = expiresAt === null ? 'without expiry' : `until ${expiresAt.toISOString()}`;
  return `scope ${scope}${ref === null ? '' : ` for ${describeBranchName(ref)}`}, ${until}${label === null ? '' : ` (${label})`}`;
}
