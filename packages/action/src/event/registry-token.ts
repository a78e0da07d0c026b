import * as core from '@actions/core';
import * as log from '../runner/log.js';
import type { Inputs } from '../runner/read-inputs.js';

/**
 * The token with which the action authenticates with the registry: the input `token`, else this run's
 * OIDC token from GitHub, else null.
 *
 * The audience is always the `registry-url` of the workflow. If the registry could choose it, a
 * malicious registry could request a token for a cloud provider and impersonate the workflow there.
 * @throws when GitHub's token service refuses the request
 */
export async function registryToken(inputs: Inputs): Promise<string | null> {
  if (inputs.token !== '') return inputs.token;
  if (!process.env['ACTIONS_ID_TOKEN_REQUEST_URL']) {
    log.info(
      'No input `token` and no OIDC token (the job lacks `permissions: { id-token: write }`, or runs ' +
        'for a fork): only public repositories can be pulled.',
    );
    return null;
  }
  // `getIDToken` masks the token.
  return await core.getIDToken(inputs.registryUrl);
}
