import { decideIssue, type IssueStep } from './decide-issue.js';
import type { RenderedIssue } from './issue-body.js';
import type { RepositoryIssues, WatchIssue } from './repository-issues.js';

/** Limit on rewrites while other runs write the issue. */
const MAX_ROUNDS = 10;

/** The issue that a watch wants: with this drift, or without any. */
export interface WantedIssue {
  /** See `driftState`; null when no behaviour differs. */
  state: string | null;
  /** See `decideIssue`. */
  isWhole: boolean;
  text: RenderedIssue;
  /** The comment with which the issue is closed. */
  goodbye: string;
}

export interface IssueResult {
  /** The URL of the issue; null when there is none. */
  url: string | null;
  isOpen: boolean;
  /** What was done, for the log; null when nothing was. */
  done: string | null;
  /** Why the issue could not be written. */
  problem: string | null;
}

/**
 * Keeps one issue for the watch. Two runs may write it at the same time: each fetches the newest report again
 * after its write, and writes again if it has changed, so the newest report wins.
 * @param fetchWanted renders the issue for the newest complete watch
 */
export async function upsertIssue(
  issues: RepositoryIssues,
  fetchWanted: () => Promise<WantedIssue>,
): Promise<IssueResult> {
  let done: string | null = null;
  let kept: WatchIssue | null = null;
  try {
    let wanted = await fetchWanted();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const ours = await issues.ours();
      // GitHub's list may lag behind the creation.
      if (ours.length === 0 && kept !== null) break;
      kept = await onlyIssue(issues, ours);
      const step = decideIssue(kept, wanted.state, wanted.isWhole);
      if (step.step === 'keep') {
        done ??= kept === null ? null : `Issue #${kept.number} stays as it is: ${step.reason}.`;
        break;
      }
      kept = await take(issues, kept, step, wanted);
      done = describeStep(step, kept);
      const newest = await fetchWanted();
      if (newest.state === wanted.state && step.step !== 'create') break;
      // After a creation, the next round finds the issue that another run created at the same time.
      wanted = newest;
    }
  } catch (error) {
    return { url: kept?.url ?? null, isOpen: kept?.isOpen ?? false, done, problem: issues.explain(error) };
  }
  return { url: kept?.url ?? null, isOpen: kept?.isOpen ?? false, done, problem: null };
}

/** Closes all but the first; two runs that found no issue both created one. */
async function onlyIssue(issues: RepositoryIssues, ours: WatchIssue[]): Promise<WatchIssue | null> {
  const [first = null, ...others] = ours;
  for (const other of others) {
    if (other.isOpen) await issues.change(other.number, { state: 'closed', reason: 'duplicate' });
  }
  return first;
}

async function take(
  issues: RepositoryIssues,
  issue: WatchIssue | null,
  { step }: IssueStep,
  { text, goodbye }: WantedIssue,
): Promise<WatchIssue> {
  if (issue === null) return issues.create(text);
  if (step === 'reopen') return issues.change(issue.number, { ...text, state: 'open', reason: 'reopened' });
  if (step !== 'close') return issues.change(issue.number, text);
  const closed = await issues.change(issue.number, { ...text, state: 'closed', reason: 'completed' });
  await issues.comment(issue.number, goodbye);
  return closed;
}

function describeStep({ step }: IssueStep, { number, url }: WatchIssue): string {
  const verb = { create: 'Opened', update: 'Updated', reopen: 'Reopened', close: 'Closed' }[step as 'create'];
  return `${verb ?? 'Updated'} issue #${number}: ${url}`;
}
