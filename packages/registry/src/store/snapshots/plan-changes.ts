/** The content at a path: a digest (hex), or null for none. */
export type PathDigest = string | null;

/** The entry of a ref's own layer at a path: a digest, a removal, or none. */
export type Own = { digest: string } | 'removed' | null;

export interface PathState {
  own: Own;
  /** The content of the base at the path. */
  base: PathDigest;
}

export interface ChangePlan {
  /** Paths whose own entry ends. */
  close: string[];
  /** Own entries that begin; without a digest they hide the base's entry. */
  open: { path: string; digest: PathDigest }[];
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  /** Paths whose digest changes. */
  touched: string[];
}

/**
 * Plans the entries that a push ends and begins. The layer of a ref contains only differences from its base:
 * a pull request that returns to the base's recording has no entry for it, and promotes nothing.
 * @param changes path → digest, or null to remove the path; other paths stay unchanged
 */
export function planChanges(
  changes: Map<string, PathDigest>,
  stateOf: (path: string) => PathState,
): ChangePlan {
  const plan: ChangePlan = {
    close: [],
    open: [],
    added: 0,
    changed: 0,
    removed: 0,
    unchanged: 0,
    touched: [],
  };
  for (const [path, digest] of changes) {
    const { own, base } = stateOf(path);
    const before = own === null ? base : own === 'removed' ? null : own.digest;
    if (before === digest) plan.unchanged++;
    else {
      plan.touched.push(path);
      if (before === null) plan.added++;
      else if (digest === null) plan.removed++;
      else plan.changed++;
    }
    const ownBefore = own === null ? undefined : own === 'removed' ? null : own.digest;
    const ownAfter = digest === base ? undefined : digest;
    if (ownBefore === ownAfter) continue;
    if (ownBefore !== undefined) plan.close.push(path);
    if (ownAfter !== undefined) plan.open.push({ path, digest: ownAfter });
  }
  return plan;
}
