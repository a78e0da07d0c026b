/** The issue of the watch, as far as it decides what happens to it. */
export interface KnownIssue {
  isOpen: boolean;
  /** What `driftState` of the issue's text was when it was last written; null when it cannot be read. */
  state: string | null;
}

export type IssueStep =
  | { step: 'create' | 'update' | 'reopen' | 'close' | 'settle' }
  | { step: 'keep'; reason: string };

/**
 * Decides what happens to the issue after a watch. Pure.
 *
 * A person who closes the issue while the behaviour still differs has decided: only other drift, or the same
 * drift after it was gone, reopens it.
 * @param issue null when the repository has none
 * @param drift the state of the drift; null when no behaviour differs
 * @param isWhole whether the job succeeded: a failed one may not have recorded what differed before
 */
export function decideIssue(issue: KnownIssue | null, drift: string | null, isWhole: boolean): IssueStep {
  if (issue === null)
    return drift === null ? { step: 'keep', reason: 'no behaviour differs' } : { step: 'create' };
  if (drift === null) {
    if (!isWhole) return { step: 'keep', reason: 'the job failed, so it may have recorded too little' };
    if (issue.isOpen) return { step: 'close' };
    // The text of a closed issue says that the drift is gone, so that the same drift reopens it later.
    return issue.state === GONE ? { step: 'keep', reason: 'no behaviour differs' } : { step: 'settle' };
  }
  if (issue.state === drift) {
    const reason = issue.isOpen ? 'it already has this drift' : 'a person closed it with this drift';
    return { step: 'keep', reason };
  }
  return { step: issue.isOpen ? 'update' : 'reopen' };
}

/** The state of an issue whose drift is gone. */
export const GONE = 'none';
