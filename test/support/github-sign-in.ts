import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Context, OpenAPIBackend } from 'openapi-backend';
import type { Answer } from './github-answers.js';
import { checkAnswer, FAIL_ON_WARNING, FORMATS } from './github-api.js';
import { exampleOf, gitHubSchema, SIGN_IN_OPERATIONS } from './github-schema.js';

/** A repository on the stand-in, with the permissions of people. */
export interface SharedRepository {
  id: number;
  /** `owner/name`, as it is called now. */
  fullName: string;
  ownerId: number;
  permissions: Map<string, 'read' | 'write'>;
}

/** An authorization code that was issued, with what it is bound to. */
interface IssuedCode {
  login: string;
  redirectUri: string;
  challenge: string;
}

/** A GitHub Enterprise Server on loopback with OAuth, for sign-in. */
export interface SignInGitHub extends AsyncDisposable {
  /** On `localhost`, which is another site than the registry's `127.0.0.1`. */
  url: string;
  /** The environment of a registry whose people sign in here. */
  environment: Record<string, string>;
  /** By id. */
  repositories: Map<number, SharedRepository>;
  /** Former names, in lower case, and the ids of their repositories: GitHub redirects them. */
  formerNames: Map<string, number>;
  /** Valid tokens and the logins of their people. */
  tokens: Map<string, string>;
  /** `METHOD path` of each API request. */
  requests: string[];
  /** Requests and responses that violate GitHub's schema. Tests assert that there are none. */
  violations: string[];
  /** Runs before each response of the API and of the token endpoint. */
  before: (path: string) => Promise<Answer | undefined> | Answer | undefined;
  share(repository: Omit<SharedRepository, 'permissions'>, people: Record<string, 'read' | 'write'>): void;
  /** What a person's browser does at GitHub: authorizes, and is sent to the returned address. */
  authorize(address: string, login: string, decision?: 'allow' | 'deny'): Promise<string>;
}

const CLIENT = { id: 'Iv23liFixtureRegistry', secret: '0123456789abcdef0123456789abcdef01234567' };

export async function startSignInGitHub(): Promise<SignInGitHub> {
  const codes = new Map<string, IssuedCode>();
  const server = createServer(async (request, response) => {
    const answer = await answerTo(github, api, codes, request).catch((error: unknown): Answer => {
      github.violations.push(`the stand-in itself failed: ${error instanceof Error ? error.stack : error}`);
      return { status: 500, body: { message: 'Server Error' } };
    });
    const isPage = typeof answer.body === 'string';
    const type = isPage ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
    const body = isPage ? answer.body : answer.body === undefined ? '' : JSON.stringify(answer.body);
    response.writeHead(answer.status, { 'content-type': type, ...answer.headers }).end(body);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const github: SignInGitHub = {
    url,
    environment: {
      FIXTURE_REGISTRY_GITHUB_URL: url,
      FIXTURE_REGISTRY_GITHUB_CLIENT_ID: CLIENT.id,
      FIXTURE_REGISTRY_GITHUB_CLIENT_SECRET: CLIENT.secret,
      FIXTURE_REGISTRY_OIDC_ISSUER: url,
      FIXTURE_REGISTRY_OIDC_ALLOW: 'acme',
    },
    repositories: new Map(),
    formerNames: new Map(),
    tokens: new Map(),
    requests: [],
    violations: [],
    before: () => undefined,
    share: (repository, people) =>
      github.repositories.set(repository.id, { ...repository, permissions: new Map(Object.entries(people)) }),
    authorize: async (address, login, decision = 'allow') => {
      const body = new URLSearchParams([
        ...new URL(address).searchParams,
        ['login', login],
        ['decision', decision],
      ]);
      const decided = await fetch(`${url}/login/oauth/decide`, { method: 'POST', body, redirect: 'manual' });
      return decided.headers.get('location') ?? '';
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const api = await validatedApi(github);
  return github;
}

async function answerTo(
  github: SignInGitHub,
  api: OpenAPIBackend,
  codes: Map<string, IssuedCode>,
  incoming: IncomingMessage,
): Promise<Answer> {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', github.url);
  const text = Buffer.concat(await incoming.toArray()).toString();
  if (pathname === '/login/oauth/authorize') return consentPage(searchParams);
  if (pathname === '/login/oauth/decide') return decide(codes, new URLSearchParams(text));
  const given = await github.before(pathname);
  if (given !== undefined) return given;
  if (pathname === '/login/oauth/access_token') return exchange(github, codes, new URLSearchParams(text));
  if (!pathname.startsWith('/api/v3/')) return { status: 404, body: { message: 'Not Found' } };
  const path = pathname.slice('/api/v3'.length);
  const method = incoming.method ?? 'GET';
  github.requests.push(`${method} ${path}`);
  const credential = incoming.headers.authorization ?? '';
  const token = /^Bearer (\S+)$/.exec(credential)?.[1] ?? '';
  const basic = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
  const isKnown = path.startsWith('/applications/') ? credential === basic : github.tokens.has(token);
  if (!isKnown) return { status: 401, body: { message: 'Bad credentials' } };
  // The addresses to which GitHub redirects former names are not in its schema.
  const id = /^\/repositories\/(\d+)$/.exec(path)?.[1];
  if (id !== undefined)
    return repositoryAnswer(github.repositories.get(Number(id)), github.tokens.get(token));
  return (await api.handleRequest({
    method,
    path,
    headers: incoming.headers as Record<string, string>,
    body: text === '' ? undefined : (JSON.parse(text) as object),
  })) as Answer;
}

/** The page on which a person authorizes the app. */
function consentPage(query: URLSearchParams): Answer {
  const quote = (value: string) => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const fields = [...query].map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${quote(value)}">`,
  );
  const buttons = ['allow', 'deny'].map(
    (decision) => `<button name="decision" value="${decision}">${decision}</button>`,
  );
  const login = '<label>Login <input name="login"></label>';
  return {
    status: 200,
    body: `<!doctype html><form method="post" action="/login/oauth/decide">${[login, ...fields, ...buttons].join('')}</form>`,
  };
}

function decide(codes: Map<string, IssuedCode>, form: URLSearchParams): Answer {
  const get = (name: string) => form.get(name) ?? '';
  const isComplete =
    get('client_id') === CLIENT.id &&
    get('response_type') === 'code' &&
    get('code_challenge_method') === 'S256';
  if (!isComplete) return { status: 404, body: { message: 'Not Found' } };
  const back = new URL(get('redirect_uri'));
  if (get('decision') === 'deny') {
    back.searchParams.set('error', 'access_denied');
  } else {
    const code = randomBytes(10).toString('hex');
    codes.set(code, {
      login: get('login'),
      redirectUri: get('redirect_uri'),
      challenge: get('code_challenge'),
    });
    back.searchParams.set('code', code);
  }
  back.searchParams.set('state', get('state'));
  return { status: 302, headers: { location: back.href } };
}

/** GitHub reports errors with the status 200. A code is valid once. */
function exchange(github: SignInGitHub, codes: Map<string, IssuedCode>, form: URLSearchParams): Answer {
  if (form.get('client_id') !== CLIENT.id || form.get('client_secret') !== CLIENT.secret) {
    return { status: 200, body: { error: 'incorrect_client_credentials' } };
  }
  const code = form.get('code') ?? '';
  const issued = codes.get(code);
  codes.delete(code);
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  if (
    issued === undefined ||
    issued.challenge !== challenge ||
    issued.redirectUri !== form.get('redirect_uri')
  ) {
    return { status: 200, body: { error: 'bad_verification_code' } };
  }
  const token = `gho_${randomBytes(18).toString('hex')}`;
  github.tokens.set(token, issued.login);
  return { status: 200, body: { access_token: token, token_type: 'bearer', scope: 'repo' } };
}

async function validatedApi(github: SignInGitHub): Promise<OpenAPIBackend> {
  const handle =
    (operation: (context: Context, login: string | undefined) => Answer) => (context: Context) => {
      const { authorization = '' } = context.request.headers as Record<string, string>;
      const answer = operation(context, github.tokens.get(authorization.replace('Bearer ', '')));
      checkAnswer(github, context, answer);
      return answer;
    };
  const api = new OpenAPIBackend({
    definition: gitHubSchema(SIGN_IN_OPERATIONS),
    quick: true,
    coerceTypes: true,
    ajvOpts: { strict: false, formats: FORMATS, logger: FAIL_ON_WARNING },
    handlers: {
      'users/get-authenticated': handle((_, login) => {
        const example = exampleOf('private-user-response-with-public-and-private-profile-information');
        return { status: 200, body: { ...example, login, user_view_type: 'private' } };
      }),
      'repos/get': handle(({ request: { params } }, login) => {
        const name = `${params['owner']}/${params['repo']}`.toLowerCase();
        const moved = github.formerNames.get(name);
        if (moved !== undefined) {
          const location = `${github.url}/api/v3/repositories/${moved}`;
          return {
            status: 301,
            headers: { location },
            body: { message: 'Moved Permanently', url: location },
          };
        }
        const repositories = [...github.repositories.values()];
        return repositoryAnswer(
          repositories.find(({ fullName }) => fullName.toLowerCase() === name),
          login,
        );
      }),
      'apps/delete-token': handle(({ request: { requestBody } }) => {
        github.tokens.delete(String((requestBody as { access_token?: string }).access_token));
        return { status: 204 };
      }),
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

/** GitHub answers 404 for a repository that the person cannot read. */
function repositoryAnswer(repository: SharedRepository | undefined, login: string | undefined): Answer {
  const permission = login === undefined ? undefined : repository?.permissions.get(login);
  if (repository === undefined || permission === undefined) {
    return { status: 404, body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' } };
  }
  const [owner = '', name = ''] = repository.fullName.split('/');
  // The repository of the example is a fork.
  const {
    source: _,
    parent: __,
    ...example
  } = exampleOf('full-repository-default-response') as {
    owner: object;
    source?: object;
    parent?: object;
  };
  const may = { admin: false, maintain: false, push: permission === 'write', triage: false, pull: true };
  return {
    status: 200,
    body: {
      ...example,
      id: repository.id,
      name,
      full_name: repository.fullName,
      private: true,
      // Required by the schema, and missing in its example.
      language: null,
      owner: { ...example.owner, login: owner, id: repository.ownerId },
      permissions: may,
    },
  };
}
