import { nameWatchCommit, type WatchReport } from '@fixture-registry/client';
import type { Step } from '../../event/step.js';
import { ACCEPTANCE_BRANCH } from '../../names.js';
import { waitingFor } from '../../runner/activity.js';
import { escapeMarkdown, inlineCode } from '../../runner/escape-markdown.js';
import * as log from '../../runner/log.js';
import { moveAcceptanceBranch } from './acceptance-branch.js';
import { acceptanceLink } from './acceptance-link.js';

/**
 * Prepares the pull request that accepts what a watch recorded.
 * @returns how to accept it, as markdown; null when nothing drifted or changed in text
 * @throws RegistryError
 */
export async function prepareAcceptance(
  { connection, github, run }: Step,
  defaultBranch: string,
  report: WatchReport,
): Promise<string | null> {
  if (report.acceptedBy !== null) return `Pull request #${report.acceptedBy} has these recordings.`;
  // Unstable recordings are not worth accepting: the next watch would find them again.
  if (report.driftedCount + report.textCount === 0) return null;
  const place = { repository: run.repository, sha: run.sha };
  const moved = await moveAcceptanceBranch(github, place, (commit) =>
    waitingFor('the registry to name a commit for the watch', () =>
      nameWatchCommit(connection, { run: report.run, commit }),
    ),
  );
  if (moved.kind === 'open') {
    return (
      `Pull request [#${moved.number}](${moved.url}) from ${inlineCode(ACCEPTANCE_BRANCH)} is open, with ` +
      'the recordings of an earlier watch. Merge or close it; the next watch then offers newer ones.'
    );
  }
  if (moved.kind === 'refused') {
    log.info(moved.problem);
    return `${escapeMarkdown(moved.problem)} ${WITHOUT_BRANCH}`;
  }
  const link = acceptanceLink(run.githubServerUrl, run.repository, defaultBranch);
  return `[Open a pull request](${link}) with these recordings, review its comment, and merge it.`;
}

const WITHOUT_BRANCH =
  'With it, the next watch links a pull request with these recordings. Without it, open a pull request and ' +
  'record for it: `gh workflow run WORKFLOW -f pull-request=NUMBER`, with the input `pull-request` of the action.';
