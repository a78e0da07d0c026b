import { exampleOf } from './github-schema.js';
import type {
  CheckRun,
  Commit,
  GitHubState,
  Issue,
  IssueComment,
  PullRequest,
  RepositoryName,
  RunArtifact,
  WorkflowRunState,
} from './github-state.js';

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

type Query = Record<string, string>;

/** The response of each operation, from the state of the stand-in. */
export function answers(state: GitHubState, url: () => string) {
  return {
    compare(basehead: string, query: Query): Answer {
      const [base = '', head = ''] = basehead.split('...');
      const [from, to] = [state.find(base), state.find(head)];
      const common = from && to ? state.mergeBase(from.sha, to.sha) : undefined;
      if (!from || !to || common === undefined) return notFound();
      const commits = state.pushed(from.sha, to.sha);
      const example = exampleOf('commit-comparison');
      const body = {
        ...example,
        base_commit: commitBody(from),
        merge_base_commit: commitBody(state.find(common) as Commit),
        total_commits: commits.length,
        ahead_by: commits.length,
        behind_by: state.pushed(to.sha, from.sha).length,
        commits: page(commits, query, '').body.map((sha) => commitBody(state.find(sha) as Commit)),
        // Like GitHub, only the first page has the files.
        files: Number(query['page'] ?? 1) === 1 ? example['files'] : undefined,
      };
      return { status: 200, body };
    },

    listCommits(query: Query): Answer {
      const start = state.find(String(query['sha'] ?? state.defaultBranch));
      if (start === undefined) return notFound();
      return listed(page(state.ancestry(start.sha), query, `${url()}${repoPath(state)}/commits`), (sha) =>
        commitBody(state.find(sha) as Commit),
      );
    },

    pullsOfCommit(sha: string, query: Query): Answer {
      if (state.find(sha) === undefined)
        return { status: 422, body: { message: `No commit found for SHA: ${sha}` } };
      return listed(
        page(state.pullsOf(sha), query, `${url()}${repoPath(state)}/commits/${sha}/pulls`),
        (pull) => pullBody(state, pull),
      );
    },

    /** GitHub matches `head` by the names of owner and branch, not by repository. */
    listPulls(query: Query): Answer {
      const wanted = query['state'] ?? 'open';
      const [owner, branch] = (query['head'] ?? '').split(/:(.*)/s);
      const pulls = [...state.pulls.values()].filter(
        (pull) =>
          (wanted === 'all' || stateOf(pull) === wanted) &&
          (!query['head'] ||
            (pull.branch === branch && pull.headRepository.fullName.startsWith(`${owner}/`))),
      );
      return listed(page(pulls, query, `${url()}${repoPath(state)}/pulls`), (pull) => pullBody(state, pull));
    },

    getPull(number: number): Answer {
      const pull = state.pulls.get(number);
      if (pull === undefined) return notFound();
      const example = exampleOf('pull-request') as { head: object; base: object };
      const listed = pullBody(state, pull) as { head: object; base: object };
      const head = { ...example.head, ...listed.head };
      const base = { ...example.base, ...listed.base };
      return { status: 200, body: { ...example, ...listed, head, base, merged: pull.mergedAt !== null } };
    },

    content(path: string, ref: string): Answer {
      const text = state.files.get(`${ref}:${path}`);
      if (text === undefined) return notFound();
      const content = Buffer.from(text).toString('base64');
      const example = exampleOf('content-file-response-if-content-is-a-file');
      return { status: 200, body: { ...example, path, size: text.length, content } };
    },

    run(id: number): Answer {
      const run = state.runs.find((known) => known.id === id);
      return run === undefined ? notFound() : { status: 200, body: runBody(run) };
    },

    listArtifacts(runId: number, query: Query): Answer {
      const all = state.artifacts.filter((artifact) => artifact.runId === runId);
      const address = `${url()}${repoPath(state)}/actions/runs/${runId}/artifacts`;
      const { body, link } = page(all, query, address);
      return {
        status: 200,
        body: { total_count: all.length, artifacts: body.map(artifactBody) },
        ...(link === '' ? {} : { headers: { link } }),
      };
    },

    downloadArtifact(id: number): Answer {
      const artifact = state.artifacts.find((known) => known.id === id);
      if (artifact === undefined) return notFound();
      return { status: 302, headers: { location: artifact.address } };
    },

    listComments(issue: number, query: Query): Answer {
      if (!state.hasIssue(issue)) return notFound();
      const address = `${url()}${repoPath(state)}/issues/${issue}/comments`;
      return listed(page(state.commentsOf(issue), query, address), (comment) => commentBody(state, comment));
    },

    createComment(issue: number, body: string): Answer {
      if (!state.hasIssue(issue)) return notFound();
      if (body.length > 65_536) return tooLong();
      return { status: 201, body: commentBody(state, state.addComment(issue, body)) };
    },

    listEvents(issue: number, query: Query): Answer {
      if (!state.pulls.has(issue)) return notFound();
      const address = `${url()}${repoPath(state)}/issues/${issue}/events`;
      const events = state.labelEvents.filter((event) => event.issue === issue);
      return listed(page(events, query, address), ({ event, label, actor, at }) => {
        const example = exampleOf('issue-event-for-issue-items') as { actor: object };
        const of = { name: label, color: 'ededed' };
        return { ...example, event, label: of, created_at: at, actor: { ...example.actor, login: actor } };
      });
    },

    /** As GitHub does, with the pull requests, which are issues, too. */
    listIssues(query: Query): Answer {
      const wanted = query['state'] ?? 'open';
      const pulls = [...state.pulls.values()].map((pull) => ({
        ...{ number: pull.number, title: '', body: '', reason: null, user: { login: 'octocat' } },
        ...{ state: stateOf(pull) as Issue['state'], isPull: true },
      }));
      const found = [...state.issues.map((issue) => ({ ...issue, isPull: false })), ...pulls]
        .filter((issue) => wanted === 'all' || issue.state === wanted)
        .filter(({ user }) => query['creator'] === undefined || user.login === query['creator'])
        .sort((a, b) => b.number - a.number);
      return listed(page(found, query, `${url()}${repoPath(state)}/issues`), (issue) =>
        issueBody(state, issue),
      );
    },

    createIssue({ title, body }: { title: string; body: string }): Answer {
      if (body.length > 65_536 || title.length > 256) return tooLong();
      return { status: 201, body: issueBody(state, state.addIssue(title, body)) };
    },

    updateIssue(number: number, change: Partial<Issue> & { state_reason?: string }): Answer {
      const issue = state.issues.find((known) => known.number === number);
      if (issue === undefined) return notFound();
      const { title = issue.title, body = issue.body, state: now = issue.state } = change;
      if (body.length > 65_536 || title.length > 256) return tooLong();
      Object.assign(issue, { title, body, state: now, reason: change.state_reason ?? issue.reason });
      return { status: 200, body: issueBody(state, issue) };
    },

    gitCommit(sha: string): Answer {
      const commit = state.find(sha);
      return commit === undefined ? notFound() : { status: 200, body: gitCommitBody(commit) };
    },

    createCommit({ message, tree, parents }: { message: string; tree: string; parents: string[] }): Answer {
      if (parents.some((parent) => state.find(parent) === undefined)) return notFound();
      const sha = state.commit(parents, undefined, { tree, message });
      return { status: 201, body: gitCommitBody(state.find(sha) as Commit) };
    },

    createRef({ ref, sha }: { ref: string; sha: string }): Answer {
      const branch = ref.replace(/^refs\/heads\//, '');
      if (state.branches.has(branch)) return { status: 422, body: { message: 'Reference already exists' } };
      state.branches.set(branch, sha);
      return { status: 201, body: refBody(ref, sha) };
    },

    updateRef(ref: string, { sha }: { sha: string }): Answer {
      const branch = ref.replace(/^heads\//, '');
      if (!state.branches.has(branch)) return { status: 422, body: { message: 'Reference does not exist' } };
      state.branches.set(branch, sha);
      return { status: 200, body: refBody(`refs/${ref}`, sha) };
    },

    createCheck(check: CheckRun): Answer {
      if (state.find(check.head_sha) === undefined)
        return { status: 422, body: { message: `No commit found for SHA: ${check.head_sha}` } };
      state.checkRuns.push(check);
      const example = exampleOf('check-run-example-of-completed-conclusion');
      const { name, head_sha, conclusion } = check;
      return { status: 201, body: { ...example, name, head_sha, conclusion } };
    },

    permission(username: string): Answer {
      const permission = state.permissions.get(username) ?? 'read';
      // GitHub's example lacks a field that its schema requires.
      const example = exampleOf('repository-collaborator-permission-response-if-user-has-admin-permissions');
      const user = { ...(example['user'] as object), login: username, role_name: permission };
      return { status: 200, body: { ...example, permission, role_name: permission, user } };
    },

    updateComment(id: number, body: string): Answer {
      const comment = state.issueComments.find((known) => known.id === id);
      if (comment === undefined) return notFound();
      if (body.length > 65_536) return tooLong();
      comment.body = body;
      return { status: 200, body: commentBody(state, comment) };
    },

    deleteComment(id: number): Answer {
      const index = state.issueComments.findIndex((known) => known.id === id);
      if (index < 0) return notFound();
      state.issueComments.splice(index, 1);
      return { status: 204 };
    },
  };
}

function repoPath({ repository }: GitHubState): string {
  return `/repos/${repository.owner}/${repository.name}`;
}

/** GitHub's pagination: 30 per page, at most 100, with the next page in the `Link` header. */
function page<T>(all: T[], query: Query, address: string): { body: T[]; link: string } {
  const size = Math.min(Number(query['per_page'] ?? 30), 100);
  const number = Number(query['page'] ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const to = (target: number, rel: string) =>
    `<${address}?${new URLSearchParams({ ...query, per_page: String(size), page: String(target) })}>; ` +
    `rel="${rel}"`;
  const link = number < last ? [to(number + 1, 'next'), to(last, 'last')].join(', ') : '';
  return { body: all.slice((number - 1) * size, number * size), link };
}

function listed<T>({ body, link }: { body: T[]; link: string }, toBody: (item: T) => unknown): Answer {
  return { status: 200, body: body.map(toBody), ...(link === '' ? {} : { headers: { link } }) };
}

function commitBody({ sha, parents }: Commit): unknown {
  const example = exampleOf('commit-items') as { parents: object[] };
  return { ...example, sha, parents: parents.map((parent) => ({ ...example.parents[0], sha: parent })) };
}

function pullBody(state: GitHubState, pull: PullRequest): unknown {
  type Side = { repo: { owner: object } };
  const example = exampleOf('pull-request-simple-items') as { head: Side; base: Side };
  const { head, base } = example;
  return {
    ...example,
    // GitHub's example of a team does not conform to its schema.
    requested_teams: [],
    number: pull.number,
    state: stateOf(pull),
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommit ?? pull.testMerge,
    head: { ...head, ref: pull.branch, sha: pull.head, repo: repositoryBody(head.repo, pull.headRepository) },
    base: { ...base, ...pull.base, repo: repositoryBody(base.repo, state.own) },
  };
}

function stateOf(pull: PullRequest): string {
  return pull.mergedAt === null && !pull.closed ? 'open' : 'closed';
}

function runBody(run: WorkflowRunState): unknown {
  type Example = { repository: { owner: object }; head_repository: { owner: object } };
  const example = exampleOf('workflow-run') as Example;
  return {
    ...example,
    id: run.id,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    // As GitHub does for forks.
    pull_requests: [],
    repository: repositoryBody(example.repository, run.repository),
    head_repository: repositoryBody(example.head_repository, run.headRepository),
  };
}

function repositoryBody(example: { owner: object }, { id, fullName }: RepositoryName): unknown {
  const [login, name] = fullName.split('/');
  return { ...example, id, name, full_name: fullName, owner: { ...example.owner, login } };
}

function artifactBody({ id, runId, name, size, expired }: RunArtifact): unknown {
  const example = (exampleOf('artifact-paginated') as { artifacts: [{ workflow_run: object }] }).artifacts[0];
  return {
    ...example,
    id,
    name,
    size_in_bytes: size,
    expired,
    workflow_run: { ...example.workflow_run, id: runId },
  };
}

function commentBody(state: GitHubState, { id, issue, body, user }: IssueComment): unknown {
  const { owner, name } = state.repository;
  const html_url = `https://github.com/${owner}/${name}/pull/${issue}#issuecomment-${id}`;
  const example = exampleOf('issue-comment') as { user: object };
  return { ...example, id, body, html_url, user: { ...example.user, ...user } };
}

function issueBody(state: GitHubState, issue: Issue & { isPull?: boolean }): unknown {
  const { owner, name } = state.repository;
  const { number, title, body, state: now, reason, user, isPull } = issue;
  const kind = isPull ? 'pull' : 'issues';
  const html_url = `https://github.com/${owner}/${name}/${kind}/${number}`;
  const [{ pull_request, ...example }] = [exampleOf('issue-items')] as [
    { pull_request: object; user: object },
  ];
  return {
    ...example,
    ...{ number, title, body, state: now, html_url },
    // GitHub sends null without one, which its schema does not allow in the enumeration.
    ...(reason === null ? { state_reason: undefined } : { state_reason: reason }),
    ...(isPull ? { pull_request } : {}),
    user: { ...example.user, ...user },
  };
}

function gitCommitBody({ sha, parents, tree, message }: Commit): unknown {
  const example = exampleOf('git-commit') as { parents: object[]; tree: object };
  const links = parents.map((parent) => ({ ...example.parents[0], sha: parent }));
  return { ...example, sha, message, tree: { ...example.tree, sha: tree }, parents: links };
}

function refBody(ref: string, sha: string): unknown {
  const example = exampleOf('git-ref') as { object: object };
  return { ...example, ref, object: { ...example.object, sha } };
}

function notFound(): Answer {
  return {
    status: 404,
    body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
  };
}

function tooLong(): Answer {
  const message = 'Body is too long (maximum is 65536 characters)';
  const errors = [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }];
  return {
    status: 422,
    body: { message: 'Validation Failed', errors, documentation_url: 'https://docs.github.com/rest' },
  };
}
