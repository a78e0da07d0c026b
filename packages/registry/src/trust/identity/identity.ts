import type { Repository } from '../../vocabulary/repository.js';

/** An event whose runs on the default branch may write to open pull requests. */
export type DefaultBranchEvent = 'workflow_dispatch' | 'schedule';

export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a grant may write in its repository. For workflows it follows from GitHub's signed claims alone. */
export type WriteRule =
  /** A token limited to refs: `main`, `release/*`, `pull/12`, `pull/*`; `*` matches any text. */
  | { kind: 'refs'; pattern: string }
  /** A workflow on a branch. */
  | {
      kind: 'branch';
      branch: string;
      /** The commit of the run; null when the claims do not contain it. */
      commit: string | null;
      /** For a run on the default branch that may also write to open pull requests: its event. */
      forPullRequests?: DefaultBranchEvent;
    }
  /** A workflow on a pull request. */
  | { kind: 'pull-request'; number: number; base: string }
  /** A workflow on the default branch that pushes the recordings of forks. */
  | { kind: 'fork-pull-requests' }
  /** A person who may write to the repository on GitHub: accepts drift, and writes nothing else. */
  | { kind: 'acceptance' }
  /** A workflow that may only read, with the reason. */
  | { kind: 'nothing'; reason: string };

/** The permission of an identity on a repository. Each scope includes the ones before it. */
export interface Grant {
  repositoryId: number | 'all';
  scope: Scope;
  /** Limits the writes of the scope write; absent: no limit. */
  writes?: WriteRule;
}

/** Why the permission of a person is unknown. */
export type PermissionProblem =
  /** GitHub no longer accepts the session: the person must sign in again. */
  | { kind: 'signed-out' }
  /** GitHub requires a step first, such as single sign-on. `link` is an address of GitHub's where to do it. */
  | { kind: 'refused'; message: string; link: string | null }
  /** GitHub does not respond, or limits the rate. @property retryAfter in seconds */
  | { kind: 'unavailable'; message: string; retryAfter: number };

/** The permission of a person on a repository. */
export type Permission = { kind: 'granted'; grant: Grant } | { kind: 'none' } | PermissionProblem;

/** A person who is signed in. Their permission is fetched for each repository that they open. */
export interface Person {
  login: string;
  /**
   * Fetches the permission on the repository of this name.
   * @param repository the registry's repository; null when there is none, which takes as long
   */
  permissionOn(name: { owner: string; name: string }, repository: Repository | null): Promise<Permission>;
}

/** The authenticated caller of a request, with its grants. */
export interface Identity {
  /** A name for logs and the audit log; never a secret. */
  who: string;
  /**
   * The GitHub login that GitHub confirmed: of the person who triggered the workflow run, or who signed in;
   * else null.
   */
  actor: string | null;
  /** For a workflow: its run, as `owner/name/actions/runs/ID/attempts/N`; else null. */
  run: string | null;
  grants: Grant[];
  /** A person who signed in with GitHub; see `withPermission`. */
  person?: Person;
}

export const ANONYMOUS: Identity = { who: 'anonymous', actor: null, run: null, grants: [] };

/** Whether the caller is known, even if they have no grant yet. */
export function isSignedIn({ grants, person }: Identity): boolean {
  return grants.length > 0 || person !== undefined;
}

export function isPublic({ visibility }: Pick<Repository, 'visibility'>): boolean {
  return visibility === 'PUBLIC';
}

/** The grants that apply to a repository. */
export function grantsFor(identity: Identity, repositoryId: number): Grant[] {
  return identity.grants.filter(
    (grant) => grant.repositoryId === 'all' || grant.repositoryId === repositoryId,
  );
}

/** Whether the identity has this scope on the repository. `refusedWrite` decides about a single write. */
export function may(
  identity: Identity,
  scope: Scope,
  repository: Pick<Repository, 'id' | 'visibility'>,
): boolean {
  if (scope === 'read' && isPublic(repository)) return true;
  return grantsFor(identity, repository.id).some(
    (grant) => SCOPES.indexOf(grant.scope) >= SCOPES.indexOf(scope),
  );
}

/** Whether the identity is an admin of all repositories, who may also create repositories. */
export function isRegistryAdmin(identity: Identity): boolean {
  return identity.grants.some((grant) => grant.repositoryId === 'all' && grant.scope === 'admin');
}

/** The message for an identity that may read a repository but lacks this scope: what it needs. */
export function lacks(identity: Identity, scope: Scope, repository: Repository): string {
  const [rule] = grantsFor(identity, repository.id).flatMap(({ writes }) => writes ?? []);
  if (rule?.kind === 'nothing' && scope === 'write') return rule.reason;
  if (identity.run !== null) return `a workflow does not have the scope ${scope}: use a token`;
  return `this needs a token with the scope ${scope} for ${repository.owner}/${repository.name}`;
}
