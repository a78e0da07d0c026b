import { CHECK_NAME } from '../names.js';
import { describeGitHubError, type GitHub } from '../runner/github-client.js';
import type { FailOn } from '../runner/read-inputs.js';
import type { Report } from './drift-report.js';
import { driftFailure } from './fail-on.js';

/** GitHub refuses a longer summary. */
const MAX_SUMMARY_CHARACTERS = 65_535;

interface RenderedCheckRun {
  conclusion: 'success' | 'neutral' | 'failure';
  title: string;
  summary: string;
}

/**
 * The check run of a report: it fails as `fail-on` says, and is neutral on unaccepted content or
 * behaviour. Pure.
 */
export function renderCheckRun(report: Report, failOn: FailOn): RenderedCheckRun {
  const { unacceptedLevel } = report;
  const needsReview = unacceptedLevel === 'BEHAVIOUR' || unacceptedLevel === 'CONTENT';
  const conclusion = driftFailure(report, failOn) !== null ? 'failure' : needsReview ? 'neutral' : 'success';
  // Reports are below this limit, but not necessarily those of a newer registry. A cut could fall
  // inside a fold.
  const fits = report.markdown.length <= MAX_SUMMARY_CHARACTERS;
  return {
    conclusion,
    title: titleOf(report),
    summary: fits ? report.markdown : `[View the report](${report.url})`,
  };
}

/** The headline with the mark of the report: "🔴 2 tests no longer call their tools". */
function titleOf({ markdown, text }: Report): string {
  const mark = /^### (🔴|🟡|✅) /u.exec(markdown)?.[1];
  const headline = text.split('\n', 1)[0] || 'No drift';
  return mark === undefined ? headline : `${mark} ${headline}`;
}

/**
 * Creates a check run with the report on a commit. GitHub shows the newest of each name, so each job of
 * a matrix creates one.
 * @returns why GitHub refused, with the missing permission; null on success
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
    return describeGitHubError(error, 'create a check run', 'checks: write');
  }
}
