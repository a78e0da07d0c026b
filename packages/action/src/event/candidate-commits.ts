import { describeGitHubError, type GitHub, statusOf } from '../runner/github-client.js';
import type { Lineage } from './event-target.js';
import type { LocalGit } from './local-git.js';

/** One page of GitHub's list; more would cost a request for each. */
const MAX_CANDIDATES = 100;

export interface Candidates {
  /** Commit shas, nearest first. */
  commits: string[];
  /** How they were found, for the log. */
  source: string;
}

interface Sources {
  github: GitHub;
  git: LocalGit;
  repository: { owner: string; name: string };
}

/**
 * Finds the commits that the baseline may belong to: GitHub knows the whole history, the checkout is usually one commit deep,
 * and the event names at least one commit. Never fails: with fewer candidates the registry falls back to the newest state it has.
 */
export async function findCandidates(lineage: Lineage, sources: Sources): Promise<Candidates> {
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

/**
 * The newest commit of the base branch that the tests see. It is asked of the commit that is really checked out: a plain checkout of a pull
 * request is its test merge, which sees the base's tip, and not the commit where the branch once began.
 */
async function mergeBaseOnGitHub(
  lineage: Lineage & { kind: 'merge-base' },
  sources: Sources,
): Promise<string> {
  const checkedOut = (await sources.git.head())?.sha;
  try {
    return await compare(lineage.baseBranch, checkedOut ?? lineage.headSha, sources);
  } catch (error) {
    // A commit that only exists here (made by an earlier step) is unknown to GitHub.
    if (statusOf(error) !== 404 || checkedOut === undefined || checkedOut === lineage.headSha) throw error;
    return compare(lineage.baseBranch, lineage.headSha, sources);
  }
}

async function compare(base: string, head: string, { github, repository }: Sources): Promise<string> {
  const { data } = await github.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    owner: repository.owner,
    repo: repository.name,
    basehead: `${base}...${head}`,
    // Only the first page carries the changed files with their patches, megabytes that nobody here reads.
    per_page: 1,
    page: 2,
  });
  return data.merge_base_commit.sha;
}

async function lineOnGitHub(sha: string, { github, repository }: Sources): Promise<string[]> {
  const { data } = await github.request('GET /repos/{owner}/{repo}/commits', {
    owner: repository.owner,
    repo: repository.name,
    sha,
    per_page: MAX_CANDIDATES,
  });
  return firstParentLine(sha, data);
}

/** Follows first parents from `sha` as far as the list reaches. Pure. */
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
  // The test merge names its two sides, base first, even in a clone that is one commit deep.
  if (head.sha === lineage.headSha && head.parents.length === 2) return head.parents[0] ?? null;
  return git.mergeBase(`refs/remotes/origin/${lineage.baseBranch}`, head.sha);
}
