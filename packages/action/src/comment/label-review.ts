import { acceptDrift, type Connection } from '@fixture-registry/client';
import { ACCEPT_LABEL } from '@fixture-registry/protocol';
import type { WorkflowRun } from '../event/workflow-run.js';
import { waitingFor } from '../runner/activity.js';
import { describeGitHubError, type GitHub } from '../runner/github-client.js';
import * as log from '../runner/log.js';
import { type AppliedLabel, findAcceptLabel, mayWrite } from './accept-label.js';
import type { Report } from './drift-report.js';

interface ReviewContext {
  connection: Connection;
  github: GitHub;
  run: WorkflowRun;
}

/**
 * Returns a function that fetches a report and applies the accept label to it. The label accepts what
 * the pull request had pushed when the label was set, and nothing later, whichever run applies it.
 * GitHub is queried at most once, and only when there are unaccepted changes.
 */
export function labelReview(
  context: ReviewContext,
  pullRequest: number,
): (fetchReport: () => Promise<Report | null>) => Promise<Report | null> {
  let checked = false;
  return async (fetchReport) => {
    const report = await fetchReport();
    if (report === null || report.unaccepted === 0 || checked) return report;
    checked = true;
    const label = await findEffectiveLabel(context, pullRequest);
    if (label === null) return report;
    const { by, at } = label;
    const accepted = await waitingFor('the registry to accept drift', () =>
      acceptDrift(context.connection, { pullRequest, at, by, means: 'LABEL' }),
    );
    const { count } = accepted;
    if (count === 0) return report;
    const name = accepted.by ?? by;
    log.info(
      `${name} accepted ${count} ${count === 1 ? 'change' : 'changes'} with the label ${ACCEPT_LABEL}.`,
    );
    if (name.toLowerCase() !== by.toLowerCase()) {
      log.info(`${by} set the label, but a run can accept only as the actor in its OIDC token.`);
    }
    return fetchReport();
  };
}

/** The label, if it has an effect; logs why it has none. */
async function findEffectiveLabel(
  { github, run }: ReviewContext,
  pullRequest: number,
): Promise<AppliedLabel | null> {
  const isInEvent = run.payload.pull_request?.labels?.some(({ name }) => name.toLowerCase() === ACCEPT_LABEL);
  const report = isInEvent === true ? log.warning : log.info;
  try {
    const label = await findAcceptLabel(github, { ...run.repository, number: pullRequest });
    if (label === null || (await mayWrite(github, run.repository, label.by))) return label;
    log.warning(
      `The label ${ACCEPT_LABEL} has no effect: ${label.by}, who set it, has no write access to the ` +
        `repository.`,
    );
  } catch (error) {
    report(describeGitHubError(error, `read who set the label ${ACCEPT_LABEL}`, 'pull-requests: read'));
  }
  return null;
}
