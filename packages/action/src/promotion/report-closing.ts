import { closePullRequest, RegistryError } from '@fixture-registry/client';
import type { Step } from '../event/step.js';
import * as log from '../runner/log.js';

/**
 * On a pull request that was closed without a merge: reports it to the registry, which from then on refuses
 * what its earlier runs push. A `token` cannot prove which run reports, so only the OIDC identity of the run
 * does. A registry that does not take the report keeps working as before, so a refusal stops no job.
 */
export async function reportClosing({ about, connection, inputs }: Step): Promise<void> {
  if (about.closed === null || connection.token === null || inputs.token !== '') return;
  try {
    const isNews = await closePullRequest(connection, about.closed);
    if (isNews) {
      log.info(
        `Pull request #${about.closed} was closed without a merge: its earlier runs may no longer push.`,
      );
    }
  } catch (error) {
    if (!(error instanceof RegistryError) || !['FORBIDDEN', 'INVALID', 'NOT_FOUND'].includes(error.code))
      throw error;
    log.info(`The registry did not note that pull request #${about.closed} was closed: ${error.message}`);
  }
}
