import type { Database } from '../../database/statements/database.js';
import { type Repository, refusedRepositoryName } from '../../vocabulary/repository.js';
import type { Identity, Permission, PermissionProblem } from '../identity/identity.js';
import { accountsNamed, githubIdOf } from '../repositories/repository-store.js';
import { apiHeaders, fetchGitHub, GitHubUnavailable, objectIn } from './fetch-github.js';
import { gitHubAddresses } from './github-addresses.js';
import { type InTurn, makePermissions } from './permissions.js';
import { personGrant } from './person-grant.js';
import { readProblem } from './read-answer.js';
import { makeSeal } from './seal.js';
import { type FlowSecrets, type GitHubApp, webFlow } from './web-flow.js';

/** Seconds for which a person is signed in. */
const SESSION_LIFETIME = 12 * 60 * 60;

/** Seconds from the start of a sign-in until GitHub must have sent the browser back. */
export const FLOW_LIFETIME = 10 * 60;

/** A sign-in in progress, encrypted in a cookie of the browser. */
interface Flow extends FlowSecrets {
  /** The page to return to. */
  back: string;
}

/** A session, encrypted in a cookie: the processes share no memory, and a replica accepts no writes. */
interface Session {
  token: string;
  login: string;
}

export type SignedIn = { session: string; lifetime: number; back: string } | PermissionProblem;

/** Sign-in with GitHub. The texts are the values of cookies; they contain secrets and are encrypted. */
export interface GitHubSignIn {
  /** Begins a sign-in: the address at GitHub, and the cookie that proves who began it. */
  begin(back: string): Promise<{ address: string; flow: string }>;
  /** Ends a sign-in with the query with which GitHub sent the browser back. */
  finish(query: URLSearchParams, flow: string | null, address: string): Promise<SignedIn>;
  /** The person of a session; null when it is expired, or not of this registry. */
  identify(session: string): Promise<Identity | null>;
  /** Revokes the token of a session at GitHub, so that a copy of the cookie opens nothing. */
  end(session: string): Promise<void>;
}

/**
 * @param settings.allowed the owners whose workflows may use the registry; see `personGrant`
 * @param inTurn limits the requests to GitHub that one caller causes
 */
export function makeGitHubSignIn(
  db: Database,
  app: GitHubApp,
  settings: { publicUrl: string; allowed: string[] },
  inTurn: InTurn,
): GitHubSignIn {
  const addresses = gitHubAddresses(app.server);
  const flow = webFlow(app, `${settings.publicUrl}/-/sign-in/github/callback`);
  const flows = makeSeal<Flow>(app, 'sign-in');
  const sessions = makeSeal<Session>(app, 'session');
  const permissions = makePermissions(addresses, inTurn);

  async function permissionOn(
    session: Session,
    { owner, name }: { owner: string; name: string },
    repository: Repository | null,
  ): Promise<Permission> {
    if (refusedRepositoryName(owner, name) !== null) return { kind: 'none' };
    const permission = await permissions.of(session, `${owner}/${name}`);
    if (permission.kind !== 'repository') return permission;
    if (repository === null) return { kind: 'none' };
    const githubId = await githubIdOf(db, repository.id);
    const ownerIds = githubId === null ? await accountsNamed(db, repository.owner) : [];
    const grant = personGrant({ ...repository, githubId, ownerIds }, permission.repository, settings.allowed);
    return grant === null ? { kind: 'none' } : { kind: 'granted', grant };
  }

  async function finish(query: URLSearchParams, { back, ...secrets }: Flow): Promise<SignedIn> {
    const granted = await flow.finish(query, secrets);
    if ('refused' in granted) return { kind: 'refused', message: granted.refused, link: null };
    const { token } = granted;
    const response = await fetchGitHub(`${addresses.api}/user`, { headers: apiHeaders(`Bearer ${token}`) });
    const header = (name: string) => response.headers.get(name);
    const body = await objectIn(response);
    if (response.status !== 200) {
      return readProblem({ status: response.status, header, body }, app.server, new Date());
    }
    const login = body?.['login'];
    if (typeof login !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(login)) {
      return { kind: 'refused', message: 'GitHub sent an unexpected response', link: null };
    }
    const lifetime = Math.min(granted.lifetime ?? SESSION_LIFETIME, SESSION_LIFETIME);
    return { session: await sessions.close({ token, login }, lifetime), lifetime, back };
  }

  return {
    begin: async (back) => {
      const { address, secrets } = await flow.begin();
      return { address, flow: await flows.close({ ...secrets, back }, FLOW_LIFETIME) };
    },
    finish: async (query, sealed, address) => {
      const begun = sealed === null ? null : await flows.open(sealed);
      if (begun === null) {
        const message = 'this browser did not begin the sign-in here, or more than 10 minutes ago';
        return { kind: 'refused', message, link: null };
      }
      return await inTurn(address, () => finish(query, begun)).catch(unavailable);
    },
    identify: async (sealed) => {
      const session = await sessions.open(sealed);
      if (session === null) return null;
      const { login } = session;
      return {
        who: `GitHub user ${login}`,
        actor: login,
        run: null,
        grants: [],
        person: { login, permissionOn: (...asked) => permissionOn(session, ...asked) },
      };
    },
    end: async (sealed) => {
      const session = await sessions.open(sealed);
      if (session === null) return;
      const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64');
      const revoked = await inTurn(session.login, () =>
        fetchGitHub(`${addresses.api}/applications/${app.clientId}/token`, {
          method: 'DELETE',
          headers: { ...apiHeaders(`Basic ${basic}`), 'content-type': 'application/json' },
          body: JSON.stringify({ access_token: session.token }),
        }),
      );
      if (!(revoked instanceof Response)) throw new GitHubUnavailable('too many requests of this person');
      // 404: GitHub does not know the token any more.
      if (revoked.status !== 204 && revoked.status !== 404) {
        throw new GitHubUnavailable(`GitHub did not revoke the session: status ${revoked.status}`);
      }
    },
  };
}

function unavailable(error: unknown): PermissionProblem {
  if (!(error instanceof GitHubUnavailable)) throw error;
  return { kind: 'unavailable', message: error.message, retryAfter: 5 };
}
