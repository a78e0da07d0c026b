import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MutableToken, OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';

/** Claims as GitHub's tokens have them; see its OIDC reference. */
export type Claims = Record<string, unknown>;

/** What a run of a repository claims. */
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

/** An issuer of tokens on loopback that signs as GitHub's does. */
export interface OidcIssuer extends AsyncDisposable {
  url: string;
  /** How often its keys were asked for. */
  keysAsked(): number;
  /** A signed token. @param change has the last word on its header and payload */
  token(claims: Claims, audience: string, change?: (token: MutableToken) => void): Promise<string>;
  /** The key that signs, with its private part or without. */
  key(options?: { isPrivate: boolean }): Record<string, unknown>;
  /** Forgets its key and makes another. */
  rotate(): Promise<void>;
  /** While it is down it answers nobody. */
  setDown(isDown: boolean): void;
  /** For whom jobs asked for a token, oldest first. */
  audiencesAsked: string[];
  /** What the runner of a job with `id-token: write` sets: the address that gives tokens for this run, and its password. */
  runnerEnvironment(claims: Claims): Record<string, string>;
}

const RUNNER_PASSWORD = 'the-password-of-the-job';

/** @param path of the issuer's address, as an enterprise's has one */
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
