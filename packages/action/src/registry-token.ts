import type { Inputs } from './read-inputs.js';

/**
 * The token that the registry is asked with: the input, else none (then only what is public can be pulled).
 * An exchange of the job's OIDC token belongs here and nowhere else.
 */
export async function registryToken(inputs: Inputs): Promise<string | null> {
  return inputs.token === '' ? null : inputs.token;
}

/** Why there is no token, for whoever wonders why nothing was pushed. */
export function whyNoToken(fromFork: boolean): string {
  return fromFork
    ? 'this run has no registry token, because a pull request from a fork gets no secrets.'
    : 'this run has no registry token: give the input `token`, from a secret of the repository.';
}
