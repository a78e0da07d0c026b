import type { GitHubApp } from '../../trust/github/web-flow.js';
import { githubServerOf } from '../../trust/oidc/github-server.js';
import { isSafe } from '../../trust/oidc/safe-address.js';
import { UsageError } from './usage-error.js';

const ID = 'FIXTURE_REGISTRY_GITHUB_CLIENT_ID';
const SECRET = 'FIXTURE_REGISTRY_GITHUB_CLIENT_SECRET';
const SERVER = 'FIXTURE_REGISTRY_GITHUB_URL';

/**
 * Reads the app for sign-in with GitHub; null when it is not configured. Throws `UsageError`.
 * @param issuer of the workflows' tokens, which names their GitHub
 */
export function readSignIn(get: (name: string) => string | null, issuer: string): GitHubApp | null {
  const [clientId, clientSecret, address] = [get(ID), get(SECRET), get(SERVER)];
  const ofWorkflows = githubServerOf(issuer);
  if (clientId === null && clientSecret === null) {
    if (address !== null) throw new UsageError(`${SERVER} requires ${ID} and ${SECRET}`);
    return null;
  }
  if (clientId === null) throw new UsageError(`${SECRET} requires ${ID}`);
  if (!/^[\w.-]{1,100}$/.test(clientId))
    throw new UsageError(`${ID} must be the client ID of an app on GitHub`);
  // The message does not contain the value. Sessions are encrypted with it, so a short one is refused.
  if (clientSecret === null || !/^\S{20,200}$/.test(clientSecret)) {
    throw new UsageError(`${SECRET} must be the client secret of ${ID}, with 20 characters or more`);
  }
  const server = (address ?? ofWorkflows ?? 'https://github.com').replace(/\/+$/, '');
  if (!URL.canParse(server) || !isSafe(new URL(server)) || new URL(server).origin !== server) {
    throw new UsageError(
      `${SERVER} must be an https address such as https://github.example.com (or http on localhost), ` +
        `without a path, not "${server}"`,
    );
  }
  // Repositories are compared by GitHub's ids, which name others on another GitHub.
  if (ofWorkflows !== null && ofWorkflows !== server) {
    throw new UsageError(
      `${SERVER} is ${server}, but FIXTURE_REGISTRY_OIDC_ISSUER belongs to ${ofWorkflows}: both must be the same GitHub`,
    );
  }
  return { server, clientId, clientSecret };
}
