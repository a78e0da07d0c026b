import { promote, RegistryError } from '@fixture-registry/client';
import { describeBranchName } from '@fixture-registry/protocol';
import { StepFailure } from '../event/run-step.js';
import type { Step } from '../event/step.js';
import { waitingFor } from '../runner/activity.js';
import * as log from '../runner/log.js';
import type { Mode } from '../runner/read-inputs.js';
import { findMergedPullRequests } from './merged-pull-requests.js';

/**
 * On a push to a branch: promotes the pull requests that the push merged. It runs before the pull, which
 * must include their recordings. Each job of a matrix repeats it, so it is idempotent.
 * @throws StepFailure when GitHub does not list the merged pull requests; RegistryError when the registry
 *   fails or refuses
 */
export async function promoteMerged({ about, connection, github, inputs, run }: Step): Promise<void> {
  if (about.merged === null || connection.token === null) return;
  const found = await findMergedPullRequests(github, run.repository, about.merged);
  if ('problem' in found) {
    throw new StepFailure(
      `${found.problem} (Run \`fixtures promote\` to promote their recordings manually.)`,
    );
  }
  const { branch } = about.merged;
  for (const { number, commit, head, mergedAt } of found.pullRequests) {
    try {
      const promotion = await waitingFor(`the registry to promote pull request #${number}`, () =>
        promote(connection, {
          ...{ pullRequest: number, branch, commit: commit ?? run.sha },
          ...(head === null ? {} : { head, mergedAt }),
        }),
      );
      log.info(
        promotion.promoted
          ? `Promoted pull request #${number} to ${describeBranchName(branch)}: ${promotion.added} added, ` +
              `${promotion.changed} changed, ${promotion.removed} removed.`
          : `Pull request #${number} is not promoted: ${promotion.reason}`,
      );
      for (const warning of promotion.warnings) {
        log.warning(`Pull request #${number}: ${warning}.`, { title: 'Fixtures partly promoted' });
      }
    } catch (error) {
      const reason = toleratedReason(error, inputs.mode);
      if (reason === null) throw error;
      log.info(`Pull request #${number} is not promoted: ${reason}`);
    }
  }
}

/** Why a failed promotion does not fail the job; null when it does. */
function toleratedReason(error: unknown, mode: Mode): string | null {
  if (!(error instanceof RegistryError)) return null;
  // Merged before the repository was in the registry.
  if (error.code === 'NOT_FOUND') return error.message;
  // A job that only pulls may have a read token; a job that pushes will promote.
  if (error.code === 'FORBIDDEN' && mode === 'pull') {
    return `this job cannot promote; a job that pushes will (${error.message}).`;
  }
  return null;
}
