import * as core from '@actions/core';
import * as log from '../runner/log.js';
import type { Inputs } from '../runner/read-inputs.js';

/**
 * What the action shows the registry to say who it is: the token that it was given, else the OIDC token that GitHub signs
 * for this run, else nothing.
 *
 * The audience is always the address that the workflow itself names. A registry that could choose it would choose a cloud's,
 * and be the workflow there.
 * @throws when GitHub should give a token and does not
 */
export async function registryToken(inputs: Inputs): Promise<string | null> {
  if (inputs.token !== '') return inputs.token;
  if (!process.env['ACTIONS_ID_TOKEN_REQUEST_URL']) {
    log.info(
      'No `token`, and no OIDC token to be had (the job lacks `permissions: { id-token: write }`, or runs for a fork): only what is public can be pulled.',
    );
    return null;
  }
  // It masks the token before it gives it.
  return await core.getIDToken(inputs.registryUrl);
}
