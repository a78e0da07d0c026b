import { acceptWatch, RegistryError } from '@fixture-registry/client';
import type { Step } from '../../event/step.js';
import { ACCEPTANCE_BRANCH } from '../../names.js';
import { waitingFor } from '../../runner/activity.js';
import * as log from '../../runner/log.js';

/**
 * On a pull request from the branch for acceptances: copies the recordings of the watch that its head commit
 * belongs to into the pull request, before they are pulled. Each job and each re-run repeats it, so it is
 * idempotent.
 * @param candidates shas of candidate baseline commits, nearest first
 * @throws RegistryError
 */
export async function adoptWatch({ about, connection, run }: Step, candidates: string[]): Promise<void> {
  const pull = run.payload.pull_request;
  if (pull?.head.ref !== ACCEPTANCE_BRANCH || about.fromFork || connection.token === null) return;
  // A closed pull request, and events that may not push.
  if ('refused' in about.push || !('pullRequest' in about.push.target)) return;
  const { pullRequest, base } = about.push.target;
  if (pullRequest !== pull.number) return;
  const commit = pull.head.sha;
  try {
    const accepted = await waitingFor('the registry to copy the recordings of the watch', () =>
      acceptWatch(connection, { pullRequest, base, candidates, commit }),
    );
    for (const warning of accepted.warnings) log.warning(warning, { title: 'Fixtures' });
    if (!accepted.created)
      return log.info(`Pull request #${pullRequest} has the recordings of watch ${accepted.run}.`);
    log.info(
      `Pull request #${pullRequest} got the recordings of watch ${accepted.run}: ${accepted.added} added, ` +
        `${accepted.changed} changed, ${accepted.removed} removed.`,
    );
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    // Somebody pushed to the branch, or the job has a token that only reads.
    if (error.code !== 'NOT_FOUND' && error.code !== 'FORBIDDEN') throw error;
    log.info(`No recordings of a watch are copied to pull request #${pullRequest}: ${error.message}`);
  }
}
