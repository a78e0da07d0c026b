import {
  type At,
  ancestors,
  type Connection,
  commitId,
  currentBranch,
  forkPoint,
  headCommit,
  type PlanRequest,
  query,
  requireState,
  type Target,
} from '@fixture-registry/client/core';
import type { Options } from './options.js';
import { UsageError } from './usage-error.js';

/** The state to pull or compare with. */
export interface ChosenState {
  request: PlanRequest;
  /** Whether it is the branch that is checked out, which may not have recordings yet. */
  isCheckedOut: boolean;
}

/**
 * The state that the options name; by default the branch that is checked out, or else the default
 * branch.
 */
export async function chooseState(options: Options): Promise<ChosenState> {
  checkBase(options);
  const { directory, commit } = options;
  const target = namedTarget(options);
  if (commit !== undefined) {
    if (target !== null) throw new UsageError('--commit cannot be used with --branch or --pull-request');
    return { request: { at: { commit: await fullCommit(directory, commit) } }, isCheckedOut: false };
  }
  const [candidates, branch] = await Promise.all([
    candidatesFor(directory, target),
    currentBranch(directory),
  ]);
  if (target !== null) {
    const isCheckedOut = 'branch' in target && target.branch === branch;
    return { request: { target, candidates }, isCheckedOut };
  }
  if (branch === null) return { request: { candidates }, isCheckedOut: false };
  return { request: { target: { branch }, candidates }, isCheckedOut: true };
}

/**
 * The ref to push to: the one that the options name, else the branch that is checked out. The
 * default branch only outside of git checkouts.
 * @param defaultBranch the default branch that the push sets, if any
 * @throws UsageError for a detached HEAD without options
 */
export async function chooseRef(
  connection: Connection,
  options: Options,
  defaultBranch?: string,
): Promise<Target> {
  checkBase(options);
  const named = namedTarget(options);
  if (named !== null) return named;
  const branch = await currentBranch(options.directory);
  if (branch !== null) return { branch };
  if ((await headCommit(options.directory)) !== null) {
    throw new UsageError('no branch is checked out: use --branch B or --pull-request N');
  }
  return { branch: defaultBranch ?? (await fetchDefaultBranch(connection)) };
}

/** One exact state in the registry. */
export interface ChosenAt {
  /** Undefined for the default branch. */
  at: At | undefined;
  /** Whether it is the branch that is checked out, which may not have recordings yet. */
  isCheckedOut: boolean;
}

/** The options as one exact state in the registry. */
export async function chooseAt(options: Options): Promise<ChosenAt> {
  const { request, isCheckedOut } = await chooseState(options);
  const { at, target } = request;
  if (at !== undefined || target === undefined) return { at, isCheckedOut };
  return {
    at: 'branch' in target ? { branch: target.branch } : { pullRequest: target.pullRequest },
    isCheckedOut,
  };
}

/**
 * For commands that do not use a state: checks that the one that the options name exists, because a
 * mistyped name is never ignored.
 * @throws UsageError, RegistryError
 */
export async function requireNamedState(connection: Connection, options: Options): Promise<void> {
  const { branch, pullRequest, commit } = options;
  if ((branch ?? pullRequest ?? commit) === undefined) return checkBase(options);
  const { at } = await chooseAt(options);
  if (at !== undefined) await requireState(connection, at);
}

/** The full id of the commit that the files belong to: `--commit`, else HEAD; null without git. */
export async function chooseCommit({ directory, commit }: Options): Promise<string | null> {
  return commit === undefined ? headCommit(directory) : fullCommit(directory, commit);
}

/**
 * The candidates for the baseline: the merge base with the pull request's base branch, else HEAD,
 * and its ancestors.
 */
export async function candidatesFor(directory: string, target: Target | null): Promise<string[]> {
  const base = target !== null && 'pullRequest' in target ? target.base : undefined;
  const start = base === undefined ? null : await forkPoint(directory, base);
  return ancestors(directory, start ?? 'HEAD');
}

function namedTarget({ branch, pullRequest, base }: Options): Target | null {
  if (branch !== undefined) return { branch };
  if (pullRequest === undefined) return null;
  return base === undefined ? { pullRequest } : { pullRequest, base };
}

function checkBase({ base, pullRequest }: Options): void {
  if (base !== undefined && pullRequest === undefined) {
    throw new UsageError('--base is the base branch of a pull request: use it with --pull-request N');
  }
}

async function fullCommit(directory: string, commit: string): Promise<string> {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return commit;
  const id = await commitId(directory, commit);
  if (id === null) {
    throw new UsageError(`--commit ${commit} is not a full commit id, and the local git does not know it`);
  }
  return id;
}

async function fetchDefaultBranch(connection: Connection): Promise<string> {
  const text = `query DefaultBranch($owner: String!, $name: String!) {
    repository(owner: $owner, name: $name) { defaultBranch }
  }`;
  const variables = { ...connection.repository };
  const result = await query<{ repository: { defaultBranch: string } | null }>(connection, text, variables);
  if (result.repository === null) {
    throw new UsageError('the registry does not know this repository yet: use --branch B');
  }
  return result.repository.defaultBranch;
}
