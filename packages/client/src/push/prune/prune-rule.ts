/**
 * `true` removes at most half of the recordings that the paths match; `force` removes all that are
 * gone from disk.
 */
export type Prune = boolean | 'force';

/** The facts that decide whether a push may prune. */
export interface PruneFacts {
  prune: Prune;
  /** How many recordings that pruning may remove match the paths. */
  covered: number;
  /** How many of them are no longer on disk. */
  gone: number;
  /**
   * Whether the last pull to this directory failed, so that missing files may never have been
   * there.
   */
  pullFailed: boolean;
}

/** `because` identifies the cause of a refusal; `reason` is for people and says what to do. */
export type PruneDecision =
  | { prunes: true; reason: string }
  | { prunes: false; because: 'pull-failed' | 'too-many'; reason: string };

/**
 * Decides whether a push may remove the recordings that are gone from disk. A folder that lost its
 * recordings by accident looks like one whose tests no longer record, so removing more than half
 * requires `force`.
 */
export function decidePrune({ prune, covered, gone, pullFailed }: PruneFacts): PruneDecision {
  if (gone === 0) return { prunes: true, reason: 'nothing is gone' };
  if (prune === 'force') return { prunes: true, reason: 'removal is forced' };
  const override = 'To remove them anyway, push with --prune=force (in a workflow: prune: force).';
  if (pullFailed) {
    return {
      prunes: false,
      because: 'pull-failed',
      reason:
        `The last pull to this directory failed, so ${counted(gone)} may be missing only because they were ` +
        `not pulled. Pull again, then push --prune. ${override}`,
    };
  }
  if (gone * 2 > covered) {
    return {
      prunes: false,
      because: 'too-many',
      reason:
        `--prune would remove ${gone} of ${counted(covered)}, more than half of those that ` +
        `the paths match. Check the directory, the paths, and that the pull wrote all ` +
        `recordings. ${override}`,
    };
  }
  return { prunes: true, reason: `${gone} of ${counted(covered)} are gone, at most half` };
}

function counted(count: number): string {
  return `${count} recording${count === 1 ? '' : 's'}`;
}
