import type { Repository } from '../repositories/repository.js';

export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who makes a request, and what it was granted. Each scope includes the ones before it. */
export interface Identity {
  /** For logs: never holds a secret. */
  who: string;
  grants: { repositoryId: number | 'all'; scope: Scope }[];
}

export const ANONYMOUS: Identity = { who: 'anonymous', grants: [] };

/** Whether the identity may act on the repository with this scope. */
export function may(
  identity: Identity,
  scope: Scope,
  repository: Pick<Repository, 'id' | 'visibility'>,
): boolean {
  if (scope === 'read' && repository.visibility === 'PUBLIC') return true;
  return identity.grants.some(
    (grant) =>
      (grant.repositoryId === 'all' || grant.repositoryId === repository.id) &&
      SCOPES.indexOf(grant.scope) >= SCOPES.indexOf(scope),
  );
}

/** Whether the identity may do anything anywhere, such as make repositories. */
export function isRegistryAdmin(identity: Identity): boolean {
  return identity.grants.some((grant) => grant.repositoryId === 'all' && grant.scope === 'admin');
}
