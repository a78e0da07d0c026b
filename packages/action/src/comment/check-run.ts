import { CHECK_NAME } from '../names.js';
import { describeGitHubError, type GitHub } from '../runner/github-client.js';
import type { FailOn } from '../runner/read-inputs.js';
import type { Report } from './drift-report.js';
import { failureOf } from './fail-on.js';

/** GitHub refuses a longer summary. */
const MAX_SUMMARY_CHARACTERS = 65_535;

interface RenderedCheckRun {
  conclusion: 'success' | 'neutral' | 'failure';
  title: string;
  summary: string;
}

/** What a check run is to say of a report. Pure. */
export function renderCheckRun(report: Report, failOn: FailOn): RenderedCheckRun {
  const { unacceptedLevel } = report;
  const worthALook = unacceptedLevel === 'BEHAVIOUR' || unacceptedLevel === 'CONTENT';
  const conclusion = failureOf(report, failOn) !== null ? 'failure' : worthALook ? 'neutral' : 'success';
  const title = report.text.split('\n', 1)[0] || 'No drift';
  // The registry keeps its reports below this; a newer one may not, and half a report could end inside of a fold.
  const fits = report.markdown.length <= MAX_SUMMARY_CHARACTERS;
  return { conclusion, title, summary: fits ? report.markdown : `[The report](${report.url})` };
}

/**
 * Puts the report beside a commit as a check run. GitHub shows the newest of one name, so each job of a matrix may do so.
 * @returns why it could not, else null
 */
export async function createCheckRun(
  github: GitHub,
  at: { repository: { owner: string; name: string }; sha: string },
  report: Report,
  failOn: FailOn,
): Promise<string | null> {
  const { conclusion, title, summary } = renderCheckRun(report, failOn);
  try {
    await github.request('POST /repos/{owner}/{repo}/check-runs', {
      owner: at.repository.owner,
      repo: at.repository.name,
      name: CHECK_NAME,
      head_sha: at.sha,
      status: 'completed',
      conclusion,
      details_url: report.url,
      output: { title, summary },
    });
    return null;
  } catch (error) {
    return describeGitHubError(error, 'make a check run', 'checks: write');
  }
}
