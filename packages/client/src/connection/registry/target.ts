/** The ref to pull or push. `base` is the base branch of the pull request. */
export type Target = { branch: string } | { pullRequest: number; base?: string };

/** One exact state; exactly one field is set. */
export interface At {
  branch?: string;
  pullRequest?: number;
  commit?: string;
  snapshot?: string;
}

/**
 * Which recordings to pull. In a pattern only `*` is special. Every selection includes recordings
 * without a test id.
 */
export interface Selection {
  tests?: string[];
  models?: string[];
  paths?: string[];
}

/**
 * The state to pull or compare: a ref on top of its baseline, or one exact state. Without both: the
 * default branch.
 */
export interface PlanRequest {
  target?: Target;
  at?: At;
  /** Commit ids, nearest first, from which the registry chooses the baseline. */
  candidates?: string[];
  /** The commit id or snapshot id of the baseline; replaces `candidates`. */
  baseline?: string;
  selection?: Selection;
}

/** A text that is equal for requests for the same ref or state, e.g. `branch main`. */
export function targetKey({ target, at }: Pick<PlanRequest, 'target' | 'at'>): string {
  if (at !== undefined)
    return `exactly ${JSON.stringify(at, ['branch', 'pullRequest', 'commit', 'snapshot'])}`;
  if (target === undefined) return 'default branch';
  return 'branch' in target ? `branch ${target.branch}` : `pull request ${target.pullRequest}`;
}

/** A text that is equal for equal selections; null if everything is selected. */
export function selectionKey(selection: Selection | undefined): string | null {
  const { tests = [], models = [], paths = [] } = selection ?? {};
  if (tests.length + models.length + paths.length === 0) return null;
  return JSON.stringify([[...tests].sort(), [...models].sort(), [...paths].sort()]);
}
