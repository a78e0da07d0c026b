import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MutableToken, OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';

/** The claims of GitHub's tokens; see its OIDC reference. */
export type Claims = Record<string, unknown>;

/** The claims of a run. */
export function claimsOf(run: {
  repository: string;
  repositoryId: number;
  event?: string;
  ref?: string;
  baseRef?: string;
  actor?: string;
}): Claims {
  const [owner = ''] = run.repository.split('/');
  const { event = 'push', ref = 'refs/heads/main', baseRef = '', actor = 'octocat' } = run;
  return {
    sub: `repo:${run.repository}:ref:${ref}`,
    repository: run.repository,
    repository_id: String(run.repositoryId),
    repository_owner: owner,
    repository_owner_id: '65',
    repository_visibility: 'private',
    ref,
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    base_ref: baseRef,
    head_ref: '',
    event_name: event,
    actor,
    actor_id: '12',
    run_id: '1658821493',
    run_number: '10',
    run_attempt: '1',
    sha: 'f'.repeat(40),
    workflow: 'tests',
    workflow_ref: `${run.repository}/.github/workflows/tests.yml@${ref}`,
    job_workflow_ref: `${run.repository}/.github/workflows/tests.yml@${ref}`,
    runner_environment: 'github-hosted',
  };
}

/** An OIDC issuer on loopback in the place of GitHub's. */
export interface OidcIssuer extends AsyncDisposable {
  url: string;
  /** Number of requests for its keys. */
  keysAsked(): number;
  /**
   * A signed token.
   * @param change edits the header and payload before signing
   */
  token(claims: Claims, audience: string, change?: (token: MutableToken) => void): Promise<string>;
  /** The signing key, with or without its private part. */
  key(options?: { isPrivate: boolean }): Record<string, unknown>;
  /** Replaces its key by a new one. */
  rotate(): Promise<void>;
  /** While it is down it closes every connection. */
  setDown(isDown: boolean): void;
  /** The audiences of the tokens that jobs requested, oldest first. */
  audiencesAsked: string[];
  /**
   * The variables of a job with `id-token: write`: the URL that issues tokens for this run, and its
   * password.
   */
  runnerEnvironment(claims: Claims): Record<string, string>;
}

const RUNNER_PASSWORD = 'the-password-of-the-job';

/**
 * Starts an issuer.
 * @param path of the issuer's URL, as GitHub Enterprise has one
 */
export async function startOidcIssuer(path = ''): Promise<OidcIssuer> {
  let down = false;
  let asked = 0;
  const audiencesAsked: string[] = [];
  let current = await makeService();
  const token: OidcIssuer['token'] = (claims, audience, change) =>
    current.issuer.buildToken({
      expiresIn: 300,
      scopesOrTransform: (header, payload) => {
        Object.assign(payload, { aud: audience }, claims);
        change?.({ header, payload });
      },
    });
  const server = createServer((request, response) => {
    if (down) return void request.socket.destroy();
    const url = new URL(request.url ?? '/', 'http://issuer');
    if (url.pathname === '/runner') {
      const isJob = request.headers.authorization === `Bearer ${RUNNER_PASSWORD}`;
      if (!isJob) return void response.writeHead(401).end();
      const claims = JSON.parse(url.searchParams.get('claims') ?? '{}') as Claims;
      const audience = url.searchParams.get('audience') ?? '';
      audiencesAsked.push(audience);
      return void token(claims, audience).then((value) =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ value })),
      );
    }
    if (!request.url?.startsWith(`${path}/`)) return void response.writeHead(404).end();
    request.url = request.url.slice(path.length);
    if (request.url.startsWith('/jwks')) asked++;
    current.service.requestHandler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `${origin}${path}`;
  current.issuer.url = url;
  return {
    url,
    keysAsked: () => asked,
    token,
    key: ({ isPrivate } = { isPrivate: false }) => ({ ...current.issuer.keys.toJSON(isPrivate)[0] }),
    rotate: async () => {
      current = await makeService();
      current.issuer.url = url;
    },
    setDown: (isDown) => {
      down = isDown;
    },
    audiencesAsked,
    runnerEnvironment: (claims) => ({
      ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/runner?claims=${encodeURIComponent(JSON.stringify(claims))}`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: RUNNER_PASSWORD,
    }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function makeService() {
  const issuer = new OAuth2Issuer();
  await issuer.keys.generate('RS256');
  return { issuer, service: new OAuth2Service(issuer) };
}
