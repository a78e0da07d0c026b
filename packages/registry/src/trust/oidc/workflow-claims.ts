import { problemOfText } from '../../database/statements/unstorable-text.js';
import { parseRepositoryName } from '../../vocabulary/repository.js';

/** The claims of a workflow run that the registry uses; see GitHub's OIDC reference. */
export interface WorkflowClaims {
  /** `owner/name`. */
  repository: string;
  /** GitHub's id of the repository, which stays when it is renamed. */
  repositoryId: number;
  owner: string;
  /** GitHub's id of the owner: another account can register a name that is free. */
  ownerId: number;
  /** `refs/heads/main`, `refs/pull/7/merge`, `refs/tags/v1`. */
  ref: string;
  event: string;
  /** For a pull request: the branch that it will be merged into. */
  baseRef: string | null;
  actor: string | null;
  runId: string;
  runAttempt: string;
  /** The workflow file and the ref it was read from: `acme/desk/.github/workflows/record.yml@refs/heads/main`. */
  workflowRef: string | null;
  /** The commit of the run; for a pull request the test merge commit, not the head. */
  sha: string | null;
}

/**
 * Reads the claims of a token whose signature, issuer, audience and times are verified, and checks their
 * form.
 * @returns the claims, or the name of a claim that is missing or not in GitHub's form
 */
export function readWorkflowClaims(payload: Record<string, unknown>): WorkflowClaims | { wrong: string } {
  const text = (name: string) => {
    const value = payload[name];
    if (typeof value !== 'string' || value === '' || value.length > 500) return null;
    return problemOfText(value) === null ? value : null;
  };
  // GitHub sends numbers as text. Refuse other values that JavaScript converts to a number: `true`, `[7]`,
  // `0x7`.
  const count = (name: string) => (/^[1-9]\d{0,14}$/.test(text(name) ?? '') ? text(name) : null);
  const [repository, owner, ref, event] = ['repository', 'repository_owner', 'ref', 'event_name'].map(text);
  const [repositoryId, ownerId, runId] = ['repository_id', 'repository_owner_id', 'run_id'].map(count);
  if (!repository || !parseRepositoryName(repository)) return { wrong: 'repository' };
  // Otherwise the allowance of one owner would admit a repository of another.
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
    workflowRef: text('workflow_ref'),
    sha: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text('sha') ?? '') ? text('sha') : null,
  };
}
