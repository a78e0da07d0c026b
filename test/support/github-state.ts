import { createHash } from 'node:crypto';

export interface Commit {
  sha: string;
  parents: string[];
  /** The sha of its files. */
  tree: string;
  message: string;
}

/** An issue, not a pull request. */
export interface Issue {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  reason: string | null;
  user: { login: string };
}

export interface PullRequest {
  number: number;
  head: string;
  base: { ref: string; sha: string };
  /** The commit of `refs/pull/N/merge`. */
  testMerge: string;
  fork: boolean;
  /** The head branch and its repository. */
  branch: string;
  headRepository: RepositoryName;
  /** Closed without a merge. */
  closed: boolean;
  mergedAt: string | null;
  mergeCommit: string | null;
  /** The commits on the base branch that come from this pull request. */
  brought: string[];
}

/** A repository: its permanent id and its current name. */
export interface RepositoryName {
  id: number;
  fullName: string;
}

/** A run of a workflow. */
export interface WorkflowRunState {
  id: number;
  event: string;
  status: string;
  conclusion: string | null;
  headBranch: string | null;
  headSha: string;
  repository: RepositoryName;
  headRepository: RepositoryName;
}

/** An artifact of a run, with its download URL. */
export interface RunArtifact {
  id: number;
  runId: number;
  name: string;
  /** The size that GitHub reports, bytes. */
  size: number;
  expired: boolean;
  address: string;
}

/** The author of comments with a workflow's token. */
export const WORKFLOW_LOGIN = 'github-actions[bot]';

export interface IssueComment {
  id: number;
  issue: number;
  body: string;
  user: { login: string };
}

/** A label that was set or removed. */
export interface LabelEvent {
  issue: number;
  event: 'labeled' | 'unlabeled';
  label: string;
  actor: string;
  /** ISO 8601, in whole seconds like GitHub's. */
  at: string;
}

/** A check run as it was requested. */
export interface CheckRun {
  name: string;
  head_sha: string;
  conclusion: string;
  output: { title: string; summary: string };
}

type CommitContent = { tree?: string; message?: string };

/** The tree of a commit with files of its own. */
function treeOf(sha: string): string {
  return createHash('sha1').update(`tree ${sha}`).digest('hex');
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** A repository on GitHub: commits without content, branches, pull requests and comments. Deterministic. */
export class GitHubState {
  readonly repository: { owner: string; name: string };
  readonly defaultBranch: string;
  readonly branches = new Map<string, string>();
  readonly pulls = new Map<number, PullRequest>();
  readonly issues: Issue[] = [];
  readonly issueComments: IssueComment[] = [];
  readonly checkRuns: CheckRun[] = [];
  readonly runs: WorkflowRunState[] = [];
  readonly artifacts: RunArtifact[] = [];
  readonly labelEvents: LabelEvent[] = [];
  /** The files of a branch that the action reads: text by `<branch>:<path>`. */
  readonly files = new Map<string, string>();
  /** The permissions of users; all others have `read`. */
  readonly permissions = new Map<string, 'admin' | 'write' | 'read' | 'none'>();
  readonly #commits = new Map<string, Commit>();
  #nextComment = 1001;
  #nextPull: number;

  /** This repository and its default fork. */
  readonly own: RepositoryName;
  readonly fork: RepositoryName = { id: 77, fullName: 'somebody/fork' };

  constructor(repository: { owner: string; name: string }, defaultBranch: string, firstPull = 1) {
    this.repository = repository;
    this.own = { id: 42, fullName: `${repository.owner}/${repository.name}` };
    this.defaultBranch = defaultBranch;
    this.#nextPull = firstPull;
    this.branches.set(defaultBranch, this.commit([]));
  }

  /** Adds a commit with files of its own, or with this tree. Without `sha` it gets a new one. */
  commit(parents: string[], sha?: string, { tree, message = 'A change' }: CommitContent = {}): string {
    const made =
      sha ??
      createHash('sha1')
        .update(`${this.#commits.size} ${parents.join(' ')}`)
        .digest('hex');
    this.#commits.set(made, { sha: made, parents, tree: tree ?? treeOf(made), message });
    return made;
  }

  /** Adds a commit to a branch; a new branch starts at the tip of the default branch. */
  commitTo(branch: string, sha?: string): string {
    const tip = this.branches.get(branch) ?? this.tip(this.defaultBranch);
    const made = this.commit([tip], sha);
    this.branches.set(branch, made);
    return made;
  }

  tip(branch: string): string {
    const tip = this.branches.get(branch);
    if (tip === undefined) throw new Error(`The stand-in's repository has no branch ${branch}`);
    return tip;
  }

  openPullRequest(options: {
    head: string;
    base?: string;
    fork?: boolean;
    number?: number;
    branch?: string;
  }): PullRequest {
    const number = options.number ?? this.#nextPull++;
    const ref = options.base ?? this.defaultBranch;
    const sha = this.tip(ref);
    const pull: PullRequest = {
      number,
      head: options.head,
      base: { ref, sha },
      testMerge: this.commit([sha, options.head]),
      fork: options.fork ?? false,
      branch: options.branch ?? `topic-${number}`,
      headRepository: options.fork === true ? this.fork : this.own,
      closed: false,
      mergedAt: null,
      mergeCommit: null,
      brought: [],
    };
    this.pulls.set(number, pull);
    return pull;
  }

  /** @param login the author; the identity of the stand-in's token unless given */
  addIssue(title: string, body: string, login = WORKFLOW_LOGIN): Issue {
    // Issues and pull requests share their numbers.
    const number = this.#nextPull++;
    const issue: Issue = { number, title, body, state: 'open', reason: null, user: { login } };
    this.issues.push(issue);
    return issue;
  }

  /** Whether there is an issue or a pull request with this number. */
  hasIssue(number: number): boolean {
    return this.pulls.has(number) || this.issues.some((issue) => issue.number === number);
  }

  /** Adds a completed run of a pull request at its current head. */
  addRun(pull: PullRequest, conclusion = 'success'): WorkflowRunState {
    const run = {
      id: 9000 + this.runs.length,
      event: 'pull_request',
      status: 'completed',
      conclusion,
      headBranch: pull.branch,
      headSha: pull.head,
      repository: this.own,
      headRepository: pull.headRepository,
    };
    this.runs.push(run);
    return run;
  }

  addArtifact(artifact: Omit<RunArtifact, 'id' | 'expired'>): RunArtifact {
    const added = { ...artifact, id: 501 + this.artifacts.length, expired: false };
    this.artifacts.push(added);
    return added;
  }

  /** Pushes a commit to the branch of the pull request. */
  moveOn(pull: PullRequest): void {
    pull.head = this.commit([pull.head]);
    pull.testMerge = this.commit([this.tip(pull.base.ref), pull.head]);
  }

  /**
   * Merges a pull request as GitHub's button does.
   * @returns the base branch's new tip
   */
  merge(number: number, method: MergeMethod = 'merge'): string {
    const pull = this.pulls.get(number);
    if (pull === undefined) throw new Error(`There is no pull request ${number}`);
    const tip = this.tip(pull.base.ref);
    const own = this.#notIn(pull.head, tip).reverse();
    if (method === 'merge') pull.brought = [...own, this.commit([tip, pull.head])];
    if (method === 'squash') pull.brought = [this.commit([tip])];
    if (method === 'rebase') {
      for (const _ of own) pull.brought.push(this.commit([pull.brought.at(-1) ?? tip]));
    }
    const merged = pull.brought.at(-1) ?? tip;
    this.branches.set(pull.base.ref, merged);
    pull.mergeCommit = merged;
    pull.mergedAt = new Date((Math.floor(Date.now() / 1000) + this.#commits.size) * 1000)
      .toISOString()
      .replace('.000Z', 'Z');
    return merged;
  }

  /**
   * The pull requests that GitHub associates with a commit: the one that merged it, else all that
   * contain it.
   */
  pullsOf(sha: string): PullRequest[] {
    const pulls = [...this.pulls.values()];
    if (this.ancestry(this.tip(this.defaultBranch)).includes(sha))
      return pulls.filter((pull) => pull.brought.includes(sha));
    return pulls.filter(
      (pull) => pull.brought.includes(sha) || this.#notIn(pull.head, pull.base.sha).includes(sha),
    );
  }

  find(name: string): Commit | undefined {
    return this.#commits.get(this.branches.get(name) ?? name);
  }

  /** A commit and all its ancestors, newest first. */
  ancestry(sha: string): string[] {
    const seen = new Set<string>();
    const waiting = [sha];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(...(this.#commits.get(next)?.parents ?? []));
    }
    return [...this.#commits.keys()].filter((known) => seen.has(known)).reverse();
  }

  /** The newest common ancestor. */
  mergeBase(one: string, other: string): string | undefined {
    const others = new Set(this.ancestry(other));
    return this.ancestry(one).find((sha) => others.has(sha));
  }

  /** The commits of a push, oldest first, as the event lists them. */
  pushed(before: string, after: string): string[] {
    return this.#notIn(after, before).reverse();
  }

  setLabel(
    issue: number,
    label: string,
    actor: string,
    at: Date,
    event: LabelEvent['event'] = 'labeled',
  ): void {
    this.labelEvents.push({ issue, event, label, actor, at: `${at.toISOString().slice(0, 19)}Z` });
  }

  /** The current labels of an issue. */
  labelsOf(issue: number): string[] {
    const labels = new Set<string>();
    for (const { issue: of, event, label } of this.labelEvents) {
      if (of !== issue) continue;
      if (event === 'labeled') labels.add(label);
      else labels.delete(label);
    }
    return [...labels];
  }

  /** @param login the author; the identity of the stand-in's token unless given */
  addComment(issue: number, body: string, login = WORKFLOW_LOGIN): IssueComment {
    const comment = { id: this.#nextComment++, issue, body, user: { login } };
    this.issueComments.push(comment);
    return comment;
  }

  commentsOf(issue: number): IssueComment[] {
    return this.issueComments.filter((comment) => comment.issue === issue);
  }

  #notIn(head: string, base: string): string[] {
    const known = new Set(this.ancestry(base));
    return this.ancestry(head).filter((sha) => !known.has(sha));
  }
}
