import { closePullRequest, RegistryError } from '@fixture-registry/client';
import type { Step } from '../event/step.js';
import { waitingFor } from '../runner/activity.js';
import * as log from '../runner/log.js';

/**
 * Reports to the registry that a pull request was closed without a merge. The registry then refuses pushes of
 * its earlier runs. Only the OIDC identity of the run can report it, because a `token` does not prove which
 * run it is. A refusal does not fail the job: the registry then works as before.
 */
export async function reportClosing({ about, connection, inputs }: Step): Promise<void> {
  if (about.closed === null || connection.token === null || inputs.token !== '') return;
  try {
    const { closed } = about;
    const isNews = await waitingFor('the registry to record that a pull request was closed', () =>
      closePullRequest(connection, closed),
    );
    if (isNews) {
      log.info(
        `Pull request #${about.closed} was closed without a merge: its earlier runs can no longer push.`,
      );
    }
  } catch (error) {
    if (!(error instanceof RegistryError) || !['FORBIDDEN', 'INVALID', 'NOT_FOUND'].includes(error.code))
      throw error;
    log.info(`The registry did not record that pull request #${about.closed} was closed: ${error.message}`);
  }
}
