import {
  ancestors,
  commitId,
  currentBranch,
  forkPoint,
  headCommit,
} from '../../checkout/git/git-checkout.js';
import { query } from '../../connection/graphql/query.js';
import type { Connection } from '../../connection/registry/connection.js';
import type { At, PlanRequest, Target } from '../../connection/registry/target.js';
import type { Options } from './options.js';
import { UsageError } from './usage-error.js';

/** What to pull or compare with, and whether it is the branch that is checked out: that one may be new. */
export interface ChosenState {
  question: PlanRequest;
  isCheckedOut: boolean;
}

/** The state that the options name, else the branch checked out, else the default branch. */
export async function chooseState(options: Options): Promise<ChosenState> {
  checkBase(options);
  const { directory, commit } = options;
  const target = namedTarget(options);
  if (commit !== undefined) {
    if (target !== null)
      throw new UsageError('--commit names one exact state; leave --branch or --pull-request out');
    return { question: { at: { commit: await fullCommit(directory, commit) } }, isCheckedOut: false };
  }
  const [candidates, branch] = await Promise.all([
    candidatesFor(directory, target),
    currentBranch(directory),
  ]);
  if (target !== null) {
    const isCheckedOut = 'branch' in target && target.branch === branch;
    return { question: { target, candidates }, isCheckedOut };
  }
  if (branch === null) return { question: { candidates }, isCheckedOut: false };
  return { question: { target: { branch }, candidates }, isCheckedOut: true };
}

/**
 * The ref to push to. A branch is never guessed where git is and says that none is checked out.
 * @param defaultBranch the one that the push sets
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
    throw new UsageError('no branch is checked out; give --branch B or --pull-request N');
  }
  return { branch: defaultBranch ?? (await askDefaultBranch(connection)) };
}

/** The options as one exact state, for questions about what the registry has; undefined for the default branch. */
export async function chooseAt(options: Options): Promise<At | undefined> {
  const { question } = await chooseState(options);
  if (question.at !== undefined || question.target === undefined) return question.at;
  const { target } = question;
  return 'branch' in target ? { branch: target.branch } : { pullRequest: target.pullRequest };
}

/** The full id of the commit that files belong to: the one named, else HEAD where there is git. */
export async function chooseCommit({ directory, commit }: Options): Promise<string | null> {
  return commit === undefined ? headCommit(directory) : fullCommit(directory, commit);
}

/** Commits among which the baseline is looked for: from where a pull request left its base, else from HEAD. */
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
    throw new UsageError('--base is the base of a pull request; give --pull-request N with it');
  }
}

async function fullCommit(directory: string, commit: string): Promise<string> {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return commit;
  const id = await commitId(directory, commit);
  if (id === null) {
    throw new UsageError(`--commit ${commit} is not a full commit id, and git here does not know it`);
  }
  return id;
}

async function askDefaultBranch(connection: Connection): Promise<string> {
  const text = `query DefaultBranch($owner: String!, $name: String!) {
    repository(owner: $owner, name: $name) { defaultBranch }
  }`;
  const variables = { ...connection.repository };
  const answer = await query<{ repository: { defaultBranch: string } | null }>(connection, text, variables);
  if (answer.repository === null) {
    throw new UsageError('which branch? Give --branch B: the registry does not know this repository yet');
  }
  return answer.repository.defaultBranch;
}
