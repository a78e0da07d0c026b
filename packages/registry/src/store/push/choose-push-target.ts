import { describeBranchName } from '@fixture-registry/protocol';
import type { WorkflowRun } from '../../trust/identity/workflow-run.js';

/** The facts about a push that names a pull request. */
export interface PullRequestFacts {
  number: string;
  /** Its promotion to its base or the default branch; null when there is none. */
  merged: { branch: string; as: number | null } | null;
  /** The run that reported its closing; null while it is open. */
  closedByRun: number | null;
  /** The run that pushes; null for a token. */
  run: WorkflowRun | null;
  /** Whether the run is one of the default branch, which records for the pull request. */
  isOnDefaultBranch: boolean;
}

export type PushTargetChoice =
  /** The pull request itself. `reopens`: it was closed before this run started. */
  | { kind: 'own'; reopens: boolean }
  /** A separate ref for re-runs, which is never promoted or reported. */
  | { kind: 'rerun'; warning: string }
  | { kind: 'refused'; message: string };

/**
 * Decides which ref a push to a pull request writes. Recordings of a run after the merge or the closing are
 * unreviewed, so they never change the pull request: a re-run is stored in a separate ref, any other run is
 * refused. A run on the pull request that started after the closing proves that it was reopened; a run of the
 * default branch does not. A token acts for a person and may always push.
 */
export function choosePushTarget(facts: PullRequestFacts): PushTargetChoice {
  const { number, merged, closedByRun, run } = facts;
  if (facts.isOnDefaultBranch) return forDefaultBranch(facts);
  const isClosed = closedByRun !== null && run !== null && run.id <= closedByRun;
  if (run === null || (merged === null && !isClosed)) {
    return { kind: 'own', reopens: run !== null && closedByRun !== null };
  }
  const ended = describeEnd(number, merged);
  if (run.attempt > 1) {
    const warning =
      `${ended}. This re-run is stored separately: it is never promoted, and the report of the pull request does ` +
      'not change';
    return { kind: 'rerun', warning };
  }
  const until =
    merged === null
      ? '. Its runs may push again once it is reopened'
      : ', and its runs may not push any more';
  return { kind: 'refused', message: ended + until };
}

/** Nobody can tell what a re-run of the default branch records for a pull request that has ended. */
function forDefaultBranch({ number, merged, closedByRun }: PullRequestFacts): PushTargetChoice {
  if (merged === null && closedByRun === null) return { kind: 'own', reopens: false };
  const until =
    merged === null
      ? '. A run of the default branch may push again once a run of the reopened pull request has pushed'
      : ', and a run of the default branch writes only to open pull requests';
  return { kind: 'refused', message: describeEnd(number, merged) + until };
}

function describeEnd(number: string, merged: PullRequestFacts['merged']): string {
  return merged === null
    ? `pull request #${number} was closed`
    : `pull request #${number} was merged: it was promoted to ${describeBranchName(merged.branch)} as version ${merged.as}`;
}
