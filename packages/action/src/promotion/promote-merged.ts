import { promote, RegistryError } from '@fixture-registry/client';
import { describeBranchName } from '@fixture-registry/protocol';
import { StepFailure } from '../event/run-step.js';
import type { Step } from '../event/step.js';
import * as log from '../runner/log.js';
import type { Mode } from '../runner/read-inputs.js';
import { findMergedPullRequests } from './merged-pull-requests.js';

/**
 * On a push to a branch: hands the branch what the pull requests recorded that this push merged. It comes before the pull, since what
 * is pulled must have it, and it may be repeated, since each job of a matrix does it.
 */
export async function promoteMerged({ about, connection, github, inputs, run }: Step): Promise<void> {
  if (about.merged === null || connection.token === null) return;
  const found = await findMergedPullRequests(github, run.repository, about.merged);
  if ('problem' in found) {
    throw new StepFailure(
      `${found.problem} (Until then what they recorded stays with them; \`fixtures promote\` does it by hand.)`,
    );
  }
  const { branch } = about.merged;
  for (const { number, commit, head, mergedAt } of found.pullRequests) {
    try {
      const promotion = await promote(connection, {
        ...{ pullRequest: number, branch, commit: commit ?? run.sha },
        ...(head === null ? {} : { head, mergedAt }),
      });
      log.info(
        promotion.promoted
          ? `Promoted pull request #${number} to ${describeBranchName(branch)}: ${promotion.added} added, ${promotion.changed} changed, ${promotion.removed} removed.`
          : `Pull request #${number} is not promoted: ${promotion.reason}`,
      );
      for (const warning of promotion.warnings) {
        log.warning(`Pull request #${number}: ${warning}.`, { title: 'Fixtures promoted in part' });
      }
    } catch (error) {
      const reason = harmless(error, inputs.mode);
      if (reason === null) throw error;
      log.info(`Pull request #${number} is not promoted: ${reason}`);
    }
  }
}

/** Why a promotion that failed need not stop the job; null: it must. */
function harmless(error: unknown, mode: Mode): string | null {
  if (!(error instanceof RegistryError)) return null;
  // Merged before this repository came to the registry.
  if (error.code === 'NOT_FOUND') return error.message;
  // A job that only pulls may well have a token that only reads; a job that pushes will promote.
  if (error.code === 'FORBIDDEN' && mode === 'pull') {
    return `this job may not promote, and one that pushes will (${error.message}).`;
  }
  return null;
}
