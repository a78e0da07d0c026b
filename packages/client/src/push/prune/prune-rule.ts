/** `true` removes at most half of what the paths cover; `force` removes whatever is gone from disk. */
export type Prune = boolean | 'force';

/** What is known before a pruning push removes anything. */
export interface PruneFacts {
  prune: Prune;
  /** How many recordings of the ref the paths cover, of those that pruning may remove. */
  covered: number;
  /** How many of them are no longer on disk. */
  gone: number;
  /** Whether the last pull to this directory failed: then what is gone was perhaps never there. */
  pullFailed: boolean;
}

/** `because` is the ground of a refusal; the reason is for a person and says what to do. */
export type PruneDecision =
  | { prunes: true; reason: string }
  | { prunes: false; because: 'pull-failed' | 'too-many'; reason: string };

/**
 * Decides whether a push may remove what is gone from disk. A folder that lost its recordings by accident looks
 * like one whose tests no longer record: more than half is therefore only removed when somebody means it.
 */
export function decidePrune({ prune, covered, gone, pullFailed }: PruneFacts): PruneDecision {
  if (gone === 0) return { prunes: true, reason: 'nothing is gone' };
  if (prune === 'force') return { prunes: true, reason: 'removal is forced' };
  const means = 'To remove them all the same, push with --prune=force (in a workflow: prune: force).';
  if (pullFailed) {
    return {
      prunes: false,
      because: 'pull-failed',
      reason:
        `The last pull to this directory failed, so ${counted(gone)} may be absent only because they were ` +
        `not pulled. Pull again, then push --prune. ${means}`,
    };
  }
  if (gone * 2 > covered) {
    return {
      prunes: false,
      because: 'too-many',
      reason:
        `--prune would remove ${gone} of ${counted(covered)}, more than half of what the paths cover. ` +
        `Check that the directory and the paths are right, and that the pull brought what it should. ${means}`,
    };
  }
  return { prunes: true, reason: `${gone} of ${counted(covered)} are gone, at most half` };
}

function counted(count: number): string {
  return `${count} recording${count === 1 ? '' : 's'}`;
}
