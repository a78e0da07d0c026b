import type { Environment } from '../options/given.js';
import { type Finding, fail, ok } from './finding.js';

/** An identity token of the job, or why there is none. */
export type JobIdentity = { token: string } | { finding: Finding };

/** Milliseconds to wait for GitHub's token service. */
const TIMEOUT = 10_000;

/**
 * Requests the OIDC token of a job of GitHub Actions, as the action does.
 * @param registry the audience, as in `registry-url`
 * @returns null outside of a job
 */
export async function requestIdentity(
  registry: string,
  environment: Environment,
): Promise<JobIdentity | null> {
  if (environment['GITHUB_ACTIONS'] !== 'true') return null;
  const address = environment['ACTIONS_ID_TOKEN_REQUEST_URL'];
  const password = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  if (!address || !password) {
    const fix =
      'grant the job `permissions: { id-token: write }`; runs for pull requests from forks cannot have it';
    return { finding: fail('oidc', 'the job cannot request an identity token', fix) };
  }
  try {
    const url = new URL(address);
    url.searchParams.set('audience', registry);
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${password}` },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const { value } = (await response.json()) as { value?: unknown };
    if (response.ok && typeof value === 'string') return { token: value };
    return {
      finding: fail('oidc', `GitHub's token service has the status ${response.status}`, 'run the job again'),
    };
  } catch {
    return { finding: fail('oidc', "GitHub's token service did not respond", 'run the job again') };
  }
}

/** The finding on an identity that the registry accepted or refused. @param refusal its message */
export function checkIdentity(refusal: string | null, registry: string, environment: Environment): Finding {
  const owner = (environment['GITHUB_REPOSITORY'] ?? 'OWNER').split('/')[0];
  if (refusal === null) return ok('oidc', 'the registry accepts the identity of this job');
  return fail(
    'oidc',
    refusal,
    `set FIXTURE_REGISTRY_OIDC_ALLOW=${owner} in the environment of the registry, and ` +
      `FIXTURE_REGISTRY_OIDC_AUDIENCE or its public URL to ${registry}`,
  );
}
