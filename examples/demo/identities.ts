import { claimsOf, type OidcIssuer, startOidcIssuer } from '../../test/support/oidc-issuer.js';
import type { TestRegistry } from '../../test/support/registry.js';
import type { Cleanup } from './cleanup.js';
import type { Narrator } from './narrator.js';
import { DemoFailure, type Subject } from './subjects/subject.js';

/** How those who take part in the demo show the registry who they are. */
export interface Identities {
  /** What the registry is told about them when it starts. */
  environment: Record<string, string>;
  /** For a push to `main`. */
  ofMain(registry: TestRegistry): Promise<string>;
  /** For a person who looks at the results; what a workflow has ends with its run. */
  ofReader(registry: TestRegistry): Promise<string>;
  /** What the workflow gives the action under `with:`, and the runner in its environment. */
  ofJob(registry: TestRegistry): Promise<{ inputs: { token?: string }; environment: Record<string, string> }>;
}

/** Everybody has the same token, made once. */
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

/** Workflows show what GitHub signs for their runs, and keep no secret; GitHub's issuer is played on loopback. */
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
    'GitHub signs who a workflow is; its issuer is played on loopback. The registry is told whom to let in:',
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

/** The number that GitHub would know the repository by. */
const GITHUB_ID = 700_001;

/** A token of the registry's own, made while it runs. */
async function makeToken(
  registry: TestRegistry,
  { slug, scope, name }: { slug: string; scope: 'read' | 'write'; name: string },
  narrator: Narrator,
): Promise<string> {
  const args = ['token', 'create', '--repository', slug, '--scope', scope, '--name', name];
  narrator.command(`fixture-registry ${args.join(' ')}`);
  const { status, stdout, stderr } = await registry.command(...args);
  const token = stdout.trim();
  if (status !== 0 || token === '') throw new DemoFailure(`no token was made: ${stderr.trim()}`);
  narrator.quote(`${token.slice(0, 8)}…`);
  return token;
}
