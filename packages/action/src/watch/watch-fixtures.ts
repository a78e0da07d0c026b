import { LocalError, pushWatch, type WatchPushSummary } from '@fixture-registry/client';
import type { Step } from '../event/step.js';
import { reportNotPushed } from '../push/push-fixtures.js';
import { redactedLines } from '../push/pushed-summary.js';
import { waitingFor } from '../runner/activity.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import { reportWatch } from './report-watch.js';
import { watchRepeat } from './watch-position.js';
import { storedSummary } from './watch-summary.js';

/** GitHub shows at most ten warnings of a step. */
const MAX_WARNINGS = 9;

/**
 * After the tests, with `mode: watch`: stores what they recorded, never in the branch. The job that completes
 * the repeats of the run reports what changed.
 * @param pulledSnapshot id of the snapshot that main pulled; null when the pull failed, or found nothing
 * @throws LocalError when the tests recorded nothing; RegistryError, StepFailure
 */
export async function watchFixtures(step: Step, pulledSnapshot: string | null): Promise<void> {
  const { about, connection, inputs, run } = step;
  const { target } = about;
  if (pulledSnapshot === null || target === null || !('branch' in target))
    return reportNotPushed(NOTHING, true);
  const position = watchRepeat(inputs);
  if ('problem' in position) throw new LocalError(position.problem);
  const summary = await waitingFor('the registry to store the recordings of the watch', () =>
    pushWatch(connection, {
      ...position,
      directory: inputs.directory,
      branch: target.branch,
      base: pulledSnapshot,
      commit: run.sha,
      run: String(run.id),
      attempt: run.attempt,
      ...(inputs.paths.length > 0 ? { paths: inputs.paths } : {}),
      prune: inputs.prune,
      pullFailed: false,
      afterFailedPull: 'skip',
      redact: inputs.redact,
    }),
  );
  reportProblems(summary);
  const { pushed, changed, removed } = summary;
  if (pushed === null) throw new LocalError(NOT_RECORDED);
  const stored = `repeat ${position.repeat} of ${position.repeats} stored`;
  log.info(`Watch: ${stored}; ${summary.recorded} recorded, ${changed} changed, ${removed} removed.`);
  if (pushed.isComplete) return reportWatch(step, target.branch, summary);
  const missing = position.repeats - pushed.stored;
  log.info(`${missing} ${missing === 1 ? 'repeat is' : 'repeats are'} missing; the last one reports.`);
  await writeSummary(storedSummary(position, missing, summary));
}

const NOTHING =
  'there is nothing to compare with: the pull failed, or the default branch has no recordings yet.';

const NOT_RECORDED =
  'The tests recorded nothing, so there is nothing to compare. Set the record mode of your recorder in the ' +
  'step that runs the tests, and run that step after this action.';

function reportProblems({ problems, redacted, warnings }: WatchPushSummary): void {
  for (const { path, problem } of problems.slice(0, MAX_WARNINGS))
    log.warning(problem, { title: 'Fixtures', file: path });
  for (const warning of warnings) log.warning(warning, { title: 'Fixtures' });
  for (const line of redactedLines({ redacted })) log.info(line);
}
