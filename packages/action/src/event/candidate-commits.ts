import { describeGitHubError, type GitHub, statusOf } from '../runner/github-client.js';
import type { Lineage } from './event-target.js';
import type { LocalGit } from './local-git.js';

/** One page of GitHub's list. Each further page would cost a request. */
const MAX_CANDIDATES = 100;

export interface Candidates {
  /** Commit shas, nearest first. */
  commits: string[];
  /** Where they come from, for the log. */
  source: string;
}

interface Sources {
  github: GitHub;
  git: LocalGit;
  repository: { owner: string; name: string };
}

/**
 * Finds the commits that the baseline may belong to: from GitHub, which has the whole history; else
 * from the checkout, which is usually shallow; else from the event, which names at least one commit.
 * Never throws: with fewer candidates, the registry falls back to its newest state.
 */
export async function findCandidates(lineage: Lineage, sources: Sources): Promise<Candidates> {
  if (lineage.kind === 'branch') return findCandidatesOfBranch(lineage, sources);
  try {
    const start = lineage.kind === 'line' ? lineage.sha : await mergeBaseOnGitHub(lineage, sources);
    return { commits: await lineOnGitHub(start, sources), source: 'from GitHub' };
  } catch (error) {
    const problem = describeGitHubError(error, 'read the history', 'contents: read');
    const start = lineage.kind === 'line' ? lineage.sha : await mergeBaseInCheckout(lineage, sources.git);
    const line = start === null ? [] : await sources.git.line(start);
    if (line.length > 0) return { commits: line, source: `from the checkout. ${problem}` };
    const only = start ?? (lineage.kind === 'line' ? lineage.sha : lineage.baseSha);
    return { commits: only === '' ? [] : [only], source: `from the event alone. ${problem}` };
  }
}

/** The tip of the branch counts without git, and while the checkout is still at the commit of the run. */
async function findCandidatesOfBranch(
  { branch, runSha }: Lineage & { kind: 'branch' },
  sources: Sources,
): Promise<Candidates> {
  const checkedOut = (await sources.git.head())?.sha;
  const head = checkedOut === runSha ? undefined : checkedOut;
  try {
    const listed = await listOnGitHub(head ?? branch, sources);
    const start = head ?? listed[0]?.sha;
    return { commits: start === undefined ? [] : firstParentLine(start, listed), source: 'from GitHub' };
  } catch (error) {
    const problem = describeGitHubError(error, 'read the history', 'contents: read');
    const commits = head === undefined ? [] : await sources.git.line(head);
    return { commits, source: `from the checkout. ${problem}` };
  }
}

/**
 * The newest commit of the base branch that the tests see. It is computed for the commit that is
 * checked out: for a pull request that is usually GitHub's test merge, which contains the tip of the
 * base branch.
 */
async function mergeBaseOnGitHub(
  lineage: Lineage & { kind: 'merge-base' },
  sources: Sources,
): Promise<string> {
  const checkedOut = (await sources.git.head())?.sha;
  try {
    return await compare(lineage.baseBranch, checkedOut ?? lineage.headSha, sources);
  } catch (error) {
    // GitHub does not know a commit that an earlier step created locally.
    if (statusOf(error) !== 404 || checkedOut === undefined || checkedOut === lineage.headSha) throw error;
    return compare(lineage.baseBranch, lineage.headSha, sources);
  }
}

async function compare(base: string, head: string, { github, repository }: Sources): Promise<string> {
  const { data } = await github.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    owner: repository.owner,
    repo: repository.name,
    basehead: `${base}...${head}`,
    // Only the first page contains the patches of the changed files, which may be megabytes.
    per_page: 1,
    page: 2,
  });
  return data.merge_base_commit.sha;
}

async function lineOnGitHub(sha: string, sources: Sources): Promise<string[]> {
  return firstParentLine(sha, await listOnGitHub(sha, sources));
}

/** The commits of a commit or a branch, newest first. */
async function listOnGitHub(
  start: string,
  { github, repository }: Sources,
): Promise<{ sha: string; parents: { sha: string }[] }[]> {
  const { data } = await github.request('GET /repos/{owner}/{repo}/commits', {
    owner: repository.owner,
    repo: repository.name,
    sha: start,
    per_page: MAX_CANDIDATES,
  });
  return data;
}

/** Follows first parents from `sha` as far as the list goes. Pure. */
export function firstParentLine(
  sha: string,
  listed: { sha: string; parents: { sha: string }[] }[],
): string[] {
  const firstParent = new Map(listed.map((commit) => [commit.sha, commit.parents[0]?.sha]));
  const line: string[] = [];
  for (let next: string | undefined = sha; next !== undefined; next = firstParent.get(next)) line.push(next);
  return line;
}

async function mergeBaseInCheckout(
  lineage: Lineage & { kind: 'merge-base' },
  git: LocalGit,
): Promise<string | null> {
  const head = await git.head();
  if (head === null) return null;
  // A test merge lists the base as its first parent, even in a clone of depth 1.
  if (head.sha === lineage.headSha && head.parents.length === 2) return head.parents[0] ?? null;
  return git.mergeBase(`refs/remotes/origin/${lineage.baseBranch}`, head.sha);
}
