import { describeBranchName } from '@fixture-registry/protocol';
import { describeWatch } from './watch-name.js';

/**
 * `RERUN`: what re-runs of a merged or closed pull request pushed; its name is the pull request's number.
 * `WATCH`: what one repeat of a watch recorded; its name is that of `watchRefName`.
 */
export type RefKind = 'BRANCH' | 'PULL_REQUEST' | 'RERUN' | 'WATCH';

/** A ref as a caller names it. */
export interface RefName {
  kind: RefKind;
  /** The branch's name, the pull request's number, or the repeat of a watch. */
  name: string;
  /** The base branch of a pull request; null when not given, and for branches. */
  base: string | null;
}

/** Returns why a text is not a valid branch name by git's rules and length; null when it is. */
export function refusedBranchName(name: string): string | null {
  const refused =
    name === '' ||
    name.length > 255 ||
    name === '@' ||
    /[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|^-|\.$|(^|\/)\.|\.lock(\/|$)/u.test(name);
  return refused ? `"${describeBranchName(name.slice(0, 80))}" is not a valid branch name` : null;
}

/**
 * Parses `{branch}` or `{pullRequest, base}`; returns the problem and its field when the input is
 * invalid.
 */
export function parseRefName(input: {
  branch?: string | null | undefined;
  pullRequest?: number | null | undefined;
  base?: string | null | undefined;
}): RefName | { problem: string; field: string } {
  const { branch, pullRequest, base } = input;
  if ((branch == null) === (pullRequest == null)) {
    return { problem: 'specify exactly one of branch and pullRequest', field: 'ref' };
  }
  for (const [field, name] of [
    ['ref.branch', branch],
    ['ref.base', base],
  ] as const) {
    const refused = name == null ? null : refusedBranchName(name);
    if (refused) return { problem: refused, field };
  }
  if (branch != null) return { kind: 'BRANCH', name: branch, base: null };
  if (pullRequest == null || pullRequest < 1) {
    return { problem: 'the number of a pull request must be 1 or greater', field: 'ref.pullRequest' };
  }
  return { kind: 'PULL_REQUEST', name: String(pullRequest), base: base ?? null };
}

/** A ref as messages show it: `branch main`, `pull request #7`. */
export function describeRef(ref: { kind: RefKind; name: string }): string {
  if (ref.kind === 'BRANCH') return `branch ${describeBranchName(ref.name)}`;
  if (ref.kind === 'WATCH') return describeWatch(ref.name);
  return `${ref.kind === 'RERUN' ? 'a re-run of ' : ''}pull request #${ref.name}`;
}
