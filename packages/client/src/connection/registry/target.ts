/** The ref that recordings are pulled for or pushed to. `base` is the branch that the pull request asks to merge into. */
export type Target = { branch: string } | { pullRequest: number; base?: string };

/** One exact state; exactly one field is given. */
export interface At {
  branch?: string;
  pullRequest?: number;
  commit?: string;
  snapshot?: string;
}

/** Which recordings to pull. In a pattern only `*` is special; what has no test id is part of every selection. */
export interface Selection {
  tests?: string[];
  models?: string[];
  paths?: string[];
}

/** What is compared or downloaded: a ref over the baseline picked from the candidates, or one exact state. */
export interface PlanQuestion {
  /** Neither this nor `at`: the default branch. */
  target?: Target;
  at?: At;
  /** Commit ids, nearest first, among which the registry looks for the baseline. */
  candidates?: string[];
  /** A commit id or snapshot id that is the baseline, whatever the candidates. */
  baseline?: string;
  selection?: Selection;
}

/** A name by which two questions for the same ref or state are recognised, e.g. `branch main`. */
export function targetKey({ target, at }: Pick<PlanQuestion, 'target' | 'at'>): string {
  if (at !== undefined)
    return `exactly ${JSON.stringify(at, ['branch', 'pullRequest', 'commit', 'snapshot'])}`;
  if (target === undefined) return 'default branch';
  return 'branch' in target ? `branch ${target.branch}` : `pull request ${target.pullRequest}`;
}

/** The selection in one form, so that equal ones are equal text; null when everything is selected. */
export function selectionKey(selection: Selection | undefined): string | null {
  const { tests = [], models = [], paths = [] } = selection ?? {};
  if (tests.length + models.length + paths.length === 0) return null;
  return JSON.stringify([[...tests].sort(), [...models].sort(), [...paths].sort()]);
}
