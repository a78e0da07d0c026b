import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Context, OpenAPIBackend } from 'openapi-backend';
import { type Answer, answers } from './github-answers.js';
import { gitHubSchema } from './github-schema.js';
import { type CheckRun, GitHubState, WORKFLOW_LOGIN } from './github-state.js';

/** The string formats in GitHub's schema; `openapi-backend` has those of numbers. */
export const FORMATS = {
  'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  email: /^[^\s@]+@[^\s@]+$/,
  uri: (text: string) => URL.canParse(text),
  timestamp: true as const,
};

/** The validator only warns of an unknown format and accepts every value. */
export const FAIL_ON_WARNING = {
  log: () => {},
  warn: (...words: unknown[]) => {
    throw new Error(`GitHub's schema cannot be checked whole: ${words.join(' ')}`);
  },
  error: (...words: unknown[]) => console.error(...words),
};

export interface RecordedRequest {
  /** GitHub's id of the operation, such as `issues/create-comment`; empty when unknown. */
  operation: string;
  method: string;
  path: string;
  body: unknown;
}

export interface GitHubOptions {
  repository?: { owner: string; name: string };
  defaultBranch?: string;
  /** The number of the first pull request. */
  firstPull?: number;
}

/** GitHub's REST API on loopback, for one repository. `await using github = await startGitHub()`. */
export interface GitHubStandIn extends AsyncDisposable {
  /** The value for GITHUB_API_URL. */
  url: string;
  /** The only accepted token. */
  token: string;
  state: GitHubState;
  requests: RecordedRequest[];
  /** Requests and responses that violate GitHub's schema. Tests assert that there are none. */
  violations: string[];
  /** Operations without permission: the response is 403, as GitHub's. */
  forbidden: Set<string>;
  /** Runs before each response: a test can wait here, change the state, or return the response. */
  before: (request: RecordedRequest) => Promise<Answer | undefined> | Answer | undefined;
  close(): Promise<void>;
}

export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const repository = options.repository ?? { owner: 'octo-org', name: 'octo-tests' };
  const state = new GitHubState(repository, options.defaultBranch ?? 'main', options.firstPull);
  const github: GitHubStandIn = {
    url: '',
    token: 'ghs_stand_in_0123456789',
    state,
    requests: [],
    violations: [],
    forbidden: new Set(),
    before: () => undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
    [Symbol.asyncDispose]: () => github.close(),
  };
  const api = await validatedApi(github);
  const server = createServer(async (request, response) => {
    const answer = await answerTo(github, api, request).catch((error: unknown): Answer => {
      github.violations.push(`the stand-in itself failed: ${error instanceof Error ? error.stack : error}`);
      return { status: 500, body: { message: 'Server Error' } };
    });
    const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
    response
      .writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8', ...answer.headers })
      .end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  github.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return github;
}

async function validatedApi(github: GitHubStandIn): Promise<OpenAPIBackend> {
  const say = answers(github.state, () => github.url);
  const { owner, name } = github.state.repository;
  type Say = (
    params: Record<string, string>,
    query: Record<string, string>,
    body: { body: string },
  ) => Answer;
  const handle = (operation: Say) => (context: Context) => {
    const { params, query, requestBody } = context.request;
    if (params['owner'] !== owner || params['repo'] !== name)
      return { status: 404, body: { message: 'Not Found' } };
    const answer = operation(params as Record<string, string>, query as Record<string, string>, requestBody);
    checkAnswer(github, context, answer);
    return answer;
  };
  const api = new OpenAPIBackend({
    definition: gitHubSchema(),
    quick: true,
    coerceTypes: true,
    ajvOpts: { strict: false, formats: FORMATS, logger: FAIL_ON_WARNING },
    handlers: {
      'repos/compare-commits-with-basehead': handle(({ basehead = '' }, query) =>
        say.compare(basehead, query),
      ),
      'repos/list-commits': handle((_, query) => say.listCommits(query)),
      'repos/list-pull-requests-associated-with-commit': handle(({ commit_sha = '' }, query) =>
        say.pullsOfCommit(commit_sha, query),
      ),
      'repos/get-content': handle(({ path = '' }, { ref = '' }) => say.content(path, ref)),
      'pulls/list': handle((_, query) => say.listPulls(query)),
      'pulls/get': handle(({ pull_number }) => say.getPull(Number(pull_number))),
      'actions/get-workflow-run': handle(({ run_id }) => say.run(Number(run_id))),
      'actions/list-workflow-run-artifacts': handle(({ run_id }, query) =>
        say.listArtifacts(Number(run_id), query),
      ),
      'actions/download-artifact': handle(({ artifact_id }) => say.downloadArtifact(Number(artifact_id))),
      'issues/list-comments': handle(({ issue_number }, query) =>
        say.listComments(Number(issue_number), query),
      ),
      'issues/list-events': handle(({ issue_number }, query) => say.listEvents(Number(issue_number), query)),
      'repos/get-collaborator-permission-level': handle(({ username = '' }) => say.permission(username)),
      'issues/list-for-repo': handle((_, query) => say.listIssues(query)),
      'issues/create': handle((_, __, body) =>
        say.createIssue(body as unknown as Parameters<typeof say.createIssue>[0]),
      ),
      'issues/update': handle(({ issue_number }, _, body) => say.updateIssue(Number(issue_number), body)),
      'git/get-commit': handle(({ commit_sha = '' }) => say.gitCommit(commit_sha)),
      'git/create-commit': handle((_, __, body) =>
        say.createCommit(body as unknown as Parameters<typeof say.createCommit>[0]),
      ),
      'git/create-ref': handle((_, __, body) =>
        say.createRef(body as unknown as Parameters<typeof say.createRef>[0]),
      ),
      'git/update-ref': handle(({ ref = '' }, _, body) =>
        say.updateRef(ref, body as unknown as { sha: string }),
      ),
      'checks/create': handle((_, __, body) => say.createCheck(body as unknown as CheckRun)),
      'issues/create-comment': handle(({ issue_number }, _, { body }) =>
        say.createComment(Number(issue_number), body),
      ),
      'issues/update-comment': handle(({ comment_id }, _, { body }) =>
        say.updateComment(Number(comment_id), body),
      ),
      'issues/delete-comment': handle(({ comment_id }) => say.deleteComment(Number(comment_id))),
      validationFail: (context: Context): Answer => {
        const errors = context.validation.errors ?? [];
        github.violations.push(`${context.operation.operationId}: ${JSON.stringify(errors)}`);
        return { status: 422, body: { message: 'Validation Failed', errors } };
      },
      notFound: (context: Context): Answer => {
        github.violations.push(`no such operation: ${context.request.method} ${context.request.path}`);
        return { status: 404, body: { message: 'Not Found' } };
      },
    },
  });
  await api.init();
  return api;
}

async function answerTo(
  github: GitHubStandIn,
  api: OpenAPIBackend,
  incoming: IncomingMessage,
): Promise<Answer> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const text = Buffer.concat(await incoming.toArray()).toString();
  const request = {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.search.slice(1),
    headers: incoming.headers as Record<string, string>,
    body: text === '' ? undefined : (JSON.parse(text) as object),
  };
  // The GraphQL API is not in the schema of the REST API; the action sends it one query.
  const asksViewer = request.method === 'POST' && request.path === '/graphql';
  const operation = asksViewer ? 'graphql/viewer' : (api.matchOperation(request)?.operationId ?? '');
  const recorded: RecordedRequest = {
    operation,
    method: request.method,
    path: request.path,
    body: request.body,
  };
  github.requests.push(recorded);
  const given = await github.before(recorded);
  if (given !== undefined) return given;
  const token = /^(?:bearer|token) (.+)$/i.exec(incoming.headers.authorization ?? '')?.[1];
  if (token !== undefined && token !== github.token)
    return { status: 401, body: { message: 'Bad credentials' } };
  if (token === undefined && request.method !== 'GET')
    return { status: 401, body: { message: 'Requires authentication' } };
  if (github.forbidden.has(operation)) {
    return { status: 403, body: { message: 'Resource not accessible by integration', status: '403' } };
  }
  if (asksViewer) return { status: 200, body: { data: { viewer: { login: WORKFLOW_LOGIN } } } };
  return (await api.handleRequest(request)) as Answer;
}

/** Validates the responses of the stand-in as well, so that tests can rely on them. */
export function checkAnswer(github: { violations: string[] }, context: Context, answer: Answer): void {
  if (answer.status >= 300 || answer.body === undefined) return;
  // Undefined fields are not in the JSON.
  const sent: unknown = JSON.parse(JSON.stringify(answer.body));
  const { errors } = context.api.validateResponse(sent, context.operation, answer.status);
  if (errors)
    github.violations.push(
      `the stand-in's answer to ${context.operation.operationId}: ${JSON.stringify(errors)}`,
    );
}
