import { ACCEPT_LABEL } from '@fixture-registry/protocol';
import type { GitHub } from '../runner/github-client.js';

/** The label as somebody set it. */
export interface AppliedLabel {
  /** Login of the user. */
  by: string;
  /** ISO 8601 */
  at: string;
}

type Issue = { owner: string; name: string; number: number };

/**
 * Finds the accept label of a pull request; null when it is not set now. Reads the history of the pull
 * request instead of the event, because a run can be restarted after somebody set or removed the label.
 * @throws when GitHub refuses the request
 */
export async function findAcceptLabel(github: GitHub, issue: Issue): Promise<AppliedLabel | null> {
  const events = await github.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/events', {
    owner: issue.owner,
    repo: issue.name,
    issue_number: issue.number,
    per_page: 100,
  });
  let set: AppliedLabel | null = null;
  // GitHub lists events oldest first.
  for (const { event, actor, created_at, ...more } of events) {
    if (!('label' in more) || more.label?.name?.toLowerCase() !== ACCEPT_LABEL) continue;
    if (event === 'labeled') set = actor === null ? null : { by: actor.login, at: created_at };
    if (event === 'unlabeled') set = null;
  }
  return set;
}

/**
 * Whether a user has write access to the repository. Users with the triage role can set labels, too.
 * @throws when GitHub refuses the request
 */
export async function mayWrite(
  github: GitHub,
  repository: Omit<Issue, 'number'>,
  user: string,
): Promise<boolean> {
  const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
  const { data } = await github.request(route, {
    owner: repository.owner,
    repo: repository.name,
    username: user,
  });
  return data.permission === 'write' || data.permission === 'admin';
}
