import * as core from '@actions/core';
import { describePurged, LocalError, type PullSummary, pull, RegistryError } from '@fixture-registry/client';
import { describeBaseline, describeTarget } from '../event/describe-target.js';
import type { Target } from '../event/event-target.js';
import { explainMissingToken, type TokenlessRun } from '../event/missing-token.js';
import { StepFailure } from '../event/run-step.js';
import type { Step } from '../event/step.js';
import { OUTPUT, PULLED_VARIABLE, STATE } from '../names.js';
import { waitingFor } from '../runner/activity.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import { pulledSummary } from './pulled-summary.js';

/** Pulls the recordings of this run and reports them in the outputs, the log and the summary. */
export async function pullFixtures(step: Step, candidates: string[]): Promise<void> {
  const { target } = step.about;
  const pulled = await pullUnlessEmpty(step, candidates);
  core.saveState(STATE.pull, 'done');
  core.setOutput(OUTPUT.snapshot, pulled?.snapshot.id ?? '');
  core.setOutput(OUTPUT.baseline, pulled?.baseline?.id ?? '');
  core.setOutput(OUTPUT.pulled, pulled?.pulled ?? 0);
  core.setOutput(OUTPUT.reused, pulled?.reused ?? 0);
  if (pulled === null) return;
  core.saveState(STATE.pulledSnapshot, pulled.snapshot.id);
  if (step.inputs.mode === 'pull') core.exportVariable(PULLED_VARIABLE, pulled.snapshot.id);
  // Version 0: the repository exists, because somebody created a token for it, but nothing was pushed.
  if (pulled.snapshot.version === 0) return reportEmptyRegistry(target);
  log.info(
    `Fixtures of ${describeTarget(target)}: ${pulled.pulled} pulled, ${pulled.reused} already there, ` +
      `${pulled.removed} removed.`,
  );
  log.info(describeBaseline(pulled));
  for (const line of pulled.unmatched) log.warning(line, { title: 'No recordings selected' });
  if (pulled.purged.length > 0) {
    log.warning(describePurged(pulled.purged).join('\n'), { title: 'Purged fixtures' });
  }
  await writeSummary(pulledSummary(pulled, target));
  // With `auto`, the tests may be new and record in this job.
  if (pulled.selectedNothing && step.inputs.mode === 'pull') {
    throw new LocalError(`${pulled.unmatched.join(' ')} Check \`tests\`, \`models\` and \`paths\`.`);
  }
}

/** Pulls; null when the registry has no recordings yet, which is reported and does not fail the job. */
async function pullUnlessEmpty(step: Step, candidates: string[]): Promise<PullSummary | null> {
  try {
    return await pullWith(step, candidates);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { about, connection, inputs, run } = step;
    const mayNeedToken = ['NOT_FOUND', 'UNAUTHENTICATED', 'FORBIDDEN'].includes(error.code);
    if (connection.token === null && mayNeedToken)
      throw new StepFailure(
        `${error.message} ${adviceWithoutToken({ fromFork: about.fromFork, actor: run.actor })}`,
      );
    // A missing `baseline` is an error.
    if (error.code !== 'NOT_FOUND' || inputs.baseline !== null || about.mustExist === true) throw error;
    await reportEmptyRegistry(about.target);
    return null;
  }
}

/** Why the run has no token, and how forks can pull without one. */
function adviceWithoutToken(tokenless: TokenlessRun): string {
  const reason = `The pull was anonymous: ${explainMissingToken(tokenless)}`;
  if (!tokenless.fromFork) return reason;
  return (
    `${reason} If anyone may read the recordings, an admin of the registry can make the ` +
    `repository public, so that forks can pull. Otherwise set \`on-registry-error: warn\`, so that the ` +
    `tests of forks run without recordings.`
  );
}

/** The first run of a new repository finds nothing to pull, but must continue in order to push. */
async function reportEmptyRegistry(target: Target | null): Promise<void> {
  const message =
    `The registry has no fixtures for ${describeTarget(target)} yet, so nothing was ` +
    `pulled. The first push adds them.`;
  log.notice(message, { title: 'No fixtures yet' });
  await writeSummary(`### Fixtures of ${describeTarget(target)}\n\n${message}`);
}

function pullWith({ about, connection, inputs }: Step, candidates: string[]): Promise<PullSummary> {
  return waitingFor('the registry to send the recordings', () =>
    pull(connection, {
      directory: inputs.directory,
      // The branch or pull request may be new in the registry; post creates it.
      ifMissing: about.mustExist === true ? 'fail' : 'base',
      ifUnmatched: 'warn',
      ...(about.target === null ? {} : { target: about.target }),
      candidates,
      ...(inputs.baseline === null ? {} : { baseline: inputs.baseline }),
      selection: {
        ...(inputs.tests.length > 0 ? { tests: inputs.tests } : {}),
        ...(inputs.models.length > 0 ? { models: inputs.models } : {}),
        ...(inputs.paths.length > 0 ? { paths: inputs.paths } : {}),
      },
    }),
  );
}
