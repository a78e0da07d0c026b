import { describeBranchName } from '@fixture-registry/protocol';

export type RefKind = 'BRANCH' | 'PULL_REQUEST';

/** A ref as callers name it. */
export interface RefName {
  kind: RefKind;
  /** The branch's name, or the pull request's number. */
  name: string;
  /** Of a pull request: the branch it will be merged into. */
  base: string | null;
}

/** Why this cannot be a branch's name (git's own rules, and a length); null when it can. */
export function refusedBranchName(name: string): string | null {
  const refused =
    name === '' ||
    name.length > 255 ||
    name === '@' ||
    /[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|^-|\.$|(^|\/)\.|\.lock(\/|$)/u.test(name);
  return refused ? `"${name.slice(0, 80)}" is no branch name` : null;
}

/** Reads `{branch}` or `{pullRequest, base}`; gives what is wrong with it otherwise. */
export function parseRefName(input: {
  branch?: string | null | undefined;
  pullRequest?: number | null | undefined;
  base?: string | null | undefined;
}): RefName | { problem: string; field: string } {
  const { branch, pullRequest, base } = input;
  if ((branch == null) === (pullRequest == null)) {
    return { problem: 'name exactly one of branch and pullRequest', field: 'ref' };
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
    return { problem: 'a pull request has a number of 1 or above', field: 'ref.pullRequest' };
  }
  return { kind: 'PULL_REQUEST', name: String(pullRequest), base: base ?? null };
}

/** A ref in words, as messages show it. */
export function describeRef(ref: { kind: RefKind; name: string }): string {
  return ref.kind === 'BRANCH' ? `branch ${describeBranchName(ref.name)}` : `pull request #${ref.name}`;
}
