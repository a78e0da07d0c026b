import { acceptDrift, type Connection } from '@fixture-registry/client';
import type { WorkflowRun } from '../event/workflow-run.js';
import { ACCEPT_LABEL } from '../names.js';
import { describeGitHubError, type GitHub } from '../runner/github-client.js';
import * as log from '../runner/log.js';
import { type AppliedLabel, findAcceptLabel, mayWrite } from './accept-label.js';
import type { Report } from './drift-report.js';

interface Around {
  connection: Connection;
  github: GitHub;
  run: WorkflowRun;
}

/**
 * Gives reports after the label on the pull request has had its effect: it accepts what the pull request had pushed when it was
 * set, and nothing that came later, whichever run reads it. GitHub is asked once, and only where there is something to accept.
 */
export function labelReview(
  around: Around,
  pullRequest: number,
): (fetchReport: () => Promise<Report | null>) => Promise<Report | null> {
  let asked = false;
  return async (fetchReport) => {
    const report = await fetchReport();
    if (report === null || report.unaccepted === 0 || asked) return report;
    asked = true;
    const label = await findEffectiveLabel(around, pullRequest);
    if (label === null) return report;
    const { by, at } = label;
    const accepted = await acceptDrift(around.connection, { pullRequest, at, by, means: 'LABEL' });
    const { count } = accepted;
    if (count === 0) return report;
    const name = accepted.by ?? by;
    log.info(`${name} accepted ${count} ${count === 1 ? 'change' : 'changes'} by the label ${ACCEPT_LABEL}.`);
    if (name.toLowerCase() !== by.toLowerCase()) {
      log.info(`${by} set the label; GitHub signs who caused a run, so a run accepts in that name alone.`);
    }
    return fetchReport();
  };
}

/** The label, if it counts; says why not where somebody may wonder. */
async function findEffectiveLabel(
  { github, run }: Around,
  pullRequest: number,
): Promise<AppliedLabel | null> {
  const labelled = run.payload.pull_request?.labels?.some(({ name }) => name.toLowerCase() === ACCEPT_LABEL);
  const say = labelled === true ? log.warning : log.info;
  try {
    const label = await findAcceptLabel(github, { ...run.repository, number: pullRequest });
    if (label === null || (await mayWrite(github, run.repository, label.by))) return label;
    log.warning(
      `The label ${ACCEPT_LABEL} accepts nothing: ${label.by}, who set it, may not write to the repository.`,
    );
  } catch (error) {
    say(describeGitHubError(error, `read who set the label ${ACCEPT_LABEL}`, 'pull-requests: read'));
  }
  return null;
}
