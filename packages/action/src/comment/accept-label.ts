import { ACCEPT_LABEL } from '../names.js';
import type { GitHub } from '../runner/github-client.js';

/** Who set the label, and when (ISO 8601). */
export interface AppliedLabel {
  by: string;
  at: string;
}

type Issue = { owner: string; name: string; number: number };

/**
 * The label as it stands on a pull request now; null: it is not there. The history is asked and not the event that started the run,
 * which may be old: a run can be started again after the label came or went.
 */
export async function findAcceptLabel(github: GitHub, issue: Issue): Promise<AppliedLabel | null> {
  const events = await github.paginate('GET /repos/{owner}/{repo}/issues/{issue_number}/events', {
    owner: issue.owner,
    repo: issue.name,
    issue_number: issue.number,
    per_page: 100,
  });
  let set: AppliedLabel | null = null;
  // GitHub lists them in the order of their happening; an event of a label says which.
  for (const { event, actor, created_at, ...more } of events) {
    if (!('label' in more) || more.label?.name?.toLowerCase() !== ACCEPT_LABEL) continue;
    if (event === 'labeled') set = actor === null ? null : { by: actor.login, at: created_at };
    if (event === 'unlabeled') set = null;
  }
  return set;
}

/** Whether somebody may write to the repository. Labels are set by those, too, who may only triage. */
export async function mayWrite(
  github: GitHub,
  repository: Omit<Issue, 'number'>,
  who: string,
): Promise<boolean> {
  const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
  const { data } = await github.request(route, {
    owner: repository.owner,
    repo: repository.name,
    username: who,
  });
  return data.permission === 'write' || data.permission === 'admin';
}
