import type { Repository } from '../../vocabulary/repository.js';

export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a grant may write of its repository. For workflows it follows from the claims that GitHub signed, from nothing else. */
export type WriteRule =
  /** A token for some refs: `main`, `release/*`, `pull/12`, `pull/*`; `*` stands for anything. */
  | { kind: 'refs'; pattern: string }
  /** A workflow on a branch. */
  | {
      kind: 'branch';
      branch: string;
      /** The commit that the run is on; null where the claims do not say. */
      commit: string | null;
    }
  /** A workflow on a pull request. */
  | { kind: 'pull-request'; number: number; base: string }
  /** A workflow on the default branch that brings in what runs of forks recorded. */
  | { kind: 'fork-pull-requests' }
  /** A workflow that may only read, and why. */
  | { kind: 'nothing'; reason: string };

/** What somebody may do with a repository. Each scope includes the ones before it. */
export interface Grant {
  repositoryId: number | 'all';
  scope: Scope;
  /** What of the repository may be written, where the scope allows to write at all; without it everything. */
  writes?: WriteRule;
}

/** Who makes a request, and what it was granted. */
export interface Identity {
  /** For logs, the audit log too: never holds a secret. */
  who: string;
  /** The person whom GitHub names as the cause of a workflow's run; null where it is no workflow. */
  actor: string | null;
  /** The run of a workflow: `owner/name/actions/runs/ID/attempts/N`; null where it is none. */
  run: string | null;
  grants: Grant[];
}

export const ANONYMOUS: Identity = { who: 'anonymous', actor: null, run: null, grants: [] };

/** The grants that count for a repository. */
export function grantsFor(identity: Identity, repositoryId: number): Grant[] {
  return identity.grants.filter(
    (grant) => grant.repositoryId === 'all' || grant.repositoryId === repositoryId,
  );
}

/** Whether the identity may act on the repository with this scope; `refusedWrite` says whether it may write just this. */
export function may(
  identity: Identity,
  scope: Scope,
  repository: Pick<Repository, 'id' | 'visibility'>,
): boolean {
  if (scope === 'read' && repository.visibility === 'PUBLIC') return true;
  return grantsFor(identity, repository.id).some(
    (grant) => SCOPES.indexOf(grant.scope) >= SCOPES.indexOf(scope),
  );
}

/** Whether the identity may do anything anywhere, such as make repositories. */
export function isRegistryAdmin(identity: Identity): boolean {
  return identity.grants.some((grant) => grant.repositoryId === 'all' && grant.scope === 'admin');
}

/** Why somebody who may read a repository may not act on it with this scope: what they would need, or what their run lacks. */
export function lacks(identity: Identity, scope: Scope, repository: Repository): string {
  const [rule] = grantsFor(identity, repository.id).flatMap(({ writes }) => writes ?? []);
  if (rule?.kind === 'nothing' && scope === 'write') return rule.reason;
  if (identity.run !== null) return `a workflow's identity has not the scope ${scope}: use a token`;
  return `this needs a token with the scope ${scope} for ${repository.owner}/${repository.name}`;
}
