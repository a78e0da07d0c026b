import { describeBranchName } from '@fixture-registry/protocol';
import type { WorkflowRun } from '../../trust/identity/workflow-run.js';

/** What is known when a push names a pull request. */
export interface PullRequestFacts {
  number: string;
  /** Where it was promoted to its base or the default branch; null where it was not. */
  merged: { branch: string; as: number | null } | null;
  /** The run that reported that it was closed; null while it is open. */
  closedByRun: number | null;
  /** The run that pushes; null for a token. */
  run: WorkflowRun | null;
}

export type PlaceOfPush =
  /** The pull request itself. `reopens`: it was closed, and this run started later. */
  | { kind: 'own'; reopens: boolean }
  /** Beside the pull request, where nothing is promoted or reported from. */
  | { kind: 'rerun'; warning: string }
  | { kind: 'refused'; message: string };

/**
 * Decides where a push to a pull request goes. Nobody reviews what a run pushes after the merge or the closing, so it
 * never becomes the pull request's state: a re-run is stored beside it, another run is refused. A run that started after
 * the one that reported the closing proves that the pull request was opened again. A token acts for a person, who may.
 */
export function placeOfPush({ number, merged, closedByRun, run }: PullRequestFacts): PlaceOfPush {
  const isClosed = closedByRun !== null && run !== null && run.id <= closedByRun;
  if (run === null || (merged === null && !isClosed)) {
    return { kind: 'own', reopens: run !== null && closedByRun !== null };
  }
  const ended =
    merged === null
      ? `pull request #${number} was closed`
      : `pull request #${number} was merged: it was promoted to ${describeBranchName(merged.branch)} as version ${merged.as}`;
  if (run.attempt > 1) {
    const warning =
      `${ended}. This re-run is stored beside the pull request: it is never promoted, and the report of the pull request ` +
      'stays as it is';
    return { kind: 'rerun', warning };
  }
  const until =
    merged === null
      ? '. Its runs may push again once it is reopened'
      : ', and its runs may not push any more';
  return { kind: 'refused', message: ended + until };
}
