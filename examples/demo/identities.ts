import { claimsOf, type OidcIssuer, startOidcIssuer } from '../../test/support/oidc-issuer.js';
import type { TestRegistry } from '../../test/support/registry.js';
import type { Cleanup } from './cleanup.js';
import type { Narrator } from './narrator.js';
import { DemoFailure, type Subject } from './subjects/subject.js';

/** How the participants of the demo authenticate with the registry. */
export interface Identities {
  /** Environment variables of the registry. */
  environment: Record<string, string>;
  /** Returns a token for a push to `main`. */
  ofMain(registry: TestRegistry): Promise<string>;
  /** Returns a token for a person who looks at the results. */
  ofReader(registry: TestRegistry): Promise<string>;
  /** Returns the action's inputs, and what the runner adds to its environment. */
  ofJob(registry: TestRegistry): Promise<{ inputs: { token?: string }; environment: Record<string, string> }>;
}

/** All participants use the same token, which is created once. */
export function oneToken(slug: string, narrator: Narrator): Identities {
  let made: Promise<string> | null = null;
  const token = (registry: TestRegistry) => {
    made ??= makeToken(registry, { slug, scope: 'write', name: 'workflow' }, narrator);
    return made;
  };
  return {
    environment: {},
    ofMain: token,
    ofReader: token,
    ofJob: async (registry) => ({ inputs: { token: await token(registry) }, environment: {} }),
  };
}

/**
 * Workflows authenticate with OIDC tokens and have no secret; a stand-in on loopback plays GitHub's issuer.
 */
export async function signedRuns(
  { repository, pullRequest }: Subject,
  { narrator, cleanup }: { narrator: Narrator; cleanup: Cleanup },
): Promise<Identities> {
  const slug = `${repository.owner}/${repository.name}`;
  const issuer: OidcIssuer = await cleanup.keep(startOidcIssuer());
  const run = { repository: slug, repositoryId: GITHUB_ID };
  const environment = {
    FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url,
    FIXTURE_REGISTRY_OIDC_ALLOW: repository.owner,
  };
  narrator.say(
    'Workflows authenticate with OIDC tokens; a stand-in on loopback issues them. The registry trusts this owner:',
  );
  for (const [name, value] of Object.entries(environment)) narrator.command(`export ${name}=${value}`);
  return {
    environment,
    ofMain: (registry) => issuer.token(claimsOf(run), registry.url),
    ofReader: (registry) => makeToken(registry, { slug, scope: 'read', name: 'reader' }, narrator),
    ofJob: async () => {
      const { number } = pullRequest;
      const claims = { event: 'pull_request', ref: `refs/pull/${number}/merge`, baseRef: 'main' };
      return { inputs: {}, environment: issuer.runnerEnvironment(claimsOf({ ...run, ...claims })) };
    },
  };
}

/** GitHub's number of the repository. */
const GITHUB_ID = 700_001;

/** Creates a registry token while the registry runs. */
async function makeToken(
  registry: TestRegistry,
  { slug, scope, name }: { slug: string; scope: 'read' | 'write'; name: string },
  narrator: Narrator,
): Promise<string> {
  const args = ['token', 'create', '--repository', slug, '--scope', scope, '--name', name];
  narrator.command(`fixture-registry ${args.join(' ')}`);
  const { status, stdout, stderr } = await registry.command(...args);
  const token = stdout.trim();
  if (status !== 0 || token === '') throw new DemoFailure(`no token was created: ${stderr.trim()}`);
  narrator.quote(`${token.slice(0, 8)}…`);
  return token;
}
