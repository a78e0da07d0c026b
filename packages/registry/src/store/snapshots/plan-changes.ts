/** What stands at a path: a digest (hex), or nothing. */
export type Held = string | null;

/** What a ref's own layer says of a path: a digest, that it is removed, or nothing at all. */
export type Own = { digest: string } | 'removed' | null;

export interface PathState {
  own: Own;
  /** What the base holds at the path. */
  base: Held;
}

export interface ChangePlan {
  /** Paths whose own entry ends. */
  close: string[];
  /** Own entries that begin; without a digest they hide what the base holds. */
  open: { path: string; digest: Held }[];
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  /** Paths that now hold another digest than before. */
  touched: string[];
}

/**
 * Works out what a push writes. The layer of a ref keeps only what differs from its base, so that a pull request that
 * goes back to the base's recording ends up with no entry of its own, and promotes nothing.
 * @param wanted path → digest to hold there, or null to remove it; no path but these is changed
 */
export function planChanges(wanted: Map<string, Held>, stateOf: (path: string) => PathState): ChangePlan {
  const plan: ChangePlan = {
    close: [],
    open: [],
    added: 0,
    changed: 0,
    removed: 0,
    unchanged: 0,
    touched: [],
  };
  for (const [path, digest] of wanted) {
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
