import { problemOfText } from '../../database/statements/unstorable-text.js';
import { parseRepositoryName } from '../../vocabulary/repository.js';

/** What GitHub says of the run that a token was made for, as far as it is read here; see its OIDC reference. */
export interface WorkflowClaims {
  /** `owner/name`. */
  repository: string;
  /** GitHub's number of it, which stays when its name changes. */
  repositoryId: number;
  owner: string;
  /** GitHub's number of the owner: a name that is given up can be taken by another account. */
  ownerId: number;
  /** `refs/heads/main`, `refs/pull/7/merge`, `refs/tags/v1`. */
  ref: string;
  event: string;
  /** Of a pull request: the branch it will be merged into. */
  baseRef: string | null;
  actor: string | null;
  runId: string;
  runAttempt: string;
  /** The commit that the run is on; of a pull request that of its test merge, not its head. */
  sha: string | null;
}

/**
 * Reads the claims of a token whose signature, issuer, audience and times are good. They are checked all the same: what
 * is missing or of another type is no workflow's.
 * @returns the claims, or the name of the claim that is not as GitHub writes it
 */
export function readWorkflowClaims(payload: Record<string, unknown>): WorkflowClaims | { wrong: string } {
  const text = (name: string) => {
    const value = payload[name];
    if (typeof value !== 'string' || value === '' || value.length > 500) return null;
    return problemOfText(value) === null ? value : null;
  };
  // GitHub writes numbers as text. What JavaScript takes for a number besides (`true`, `[7]`, `0x7`) is none.
  const count = (name: string) => (/^[1-9]\d{0,14}$/.test(text(name) ?? '') ? text(name) : null);
  const [repository, owner, ref, event] = ['repository', 'repository_owner', 'ref', 'event_name'].map(text);
  const [repositoryId, ownerId, runId] = ['repository_id', 'repository_owner_id', 'run_id'].map(count);
  if (!repository || !parseRepositoryName(repository)) return { wrong: 'repository' };
  // A repository of one owner under the name of another would be let in by the other's allowance.
  if (!owner || !repository.toLowerCase().startsWith(`${owner.toLowerCase()}/`)) {
    return { wrong: 'repository_owner' };
  }
  if (!repositoryId) return { wrong: 'repository_id' };
  if (!ownerId) return { wrong: 'repository_owner_id' };
  if (!ref) return { wrong: 'ref' };
  if (!event) return { wrong: 'event_name' };
  if (!runId) return { wrong: 'run_id' };
  return {
    repository,
    repositoryId: Number(repositoryId),
    owner,
    ownerId: Number(ownerId),
    ref,
    event,
    baseRef: text('base_ref'),
    actor: text('actor'),
    runId,
    runAttempt: count('run_attempt') ?? '1',
    sha: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text('sha') ?? '') ? text('sha') : null,
  };
}
