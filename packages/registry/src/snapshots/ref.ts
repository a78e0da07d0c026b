import { describeBranchName } from '@fixture-registry/protocol';
import type { RefKind } from '../database/schema.js';
import type { Layer } from './snapshot-key.js';

/** A ref as callers name it. */
export interface RefName {
  kind: RefKind;
  /** The branch's name, or the pull request's number. */
  name: string;
  /** Of a pull request: the branch it will be merged into. */
  base: string | null;
}

/** What the registry knows of a ref now. */
export interface Ref {
  id: number;
  repositoryId: number;
  kind: RefKind;
  name: string;
  version: number;
  baseRefId: number | null;
  baseVersion: number | null;
  /** Of a pull request: the branch it will be merged into, as its last push says; null where none said. */
  baseName: string | null;
  promotedVersion: number | null;
  promotedRefId: number | null;
  promotedAs: number | null;
  /** Of a pull request: what it holds comes from a fork. Once set it stays. */
  fromFork: boolean;
  /** Of a pull request that was closed without a merge: the run that reported it; null while it is open. */
  closedByRun: number | null;
  closedAt: Date | null;
}

/** What a ref lies over until a push says otherwise; null where it lies over nothing. */
export function standingOf({ baseRefId, baseVersion }: Ref): Layer | null {
  return baseRefId !== null && baseVersion !== null ? { refId: baseRefId, version: baseVersion } : null;
}

/** Why this cannot be a branch's name (git's own rules, and a length); null when it can. */
export function refusedBranchName(name: string): string | null {
  const refused =
    name === '' ||
    name.length > 255 ||
    name === '@' ||
    /[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|^-|\.$|(^|\/)\.|\.lock(\/|$)/u.test(name);
  return refused ? `"${describeBranchName(name.slice(0, 80))}" is no branch name` : null;
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
  if (ref.kind === 'BRANCH') return `branch ${describeBranchName(ref.name)}`;
  return `${ref.kind === 'RERUN' ? 'a re-run of ' : ''}pull request #${ref.name}`;
}
