import * as core from '@actions/core';
import { describePurged, LocalError, type PullSummary, pull, RegistryError } from '@fixture-registry/client';
import { describeBaseline, describeTarget } from '../event/describe-target.js';
import type { Target } from '../event/event-target.js';
import { explainMissingToken, type TokenlessRun } from '../event/missing-token.js';
import { StepFailure } from '../event/run-step.js';
import type { Step } from '../event/step.js';
import { OUTPUT, STATE } from '../names.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import { pulledSummary } from './pulled-summary.js';

/** Pulls what this run needs, and says so in the outputs, the log and the summary. */
export async function pullFixtures(step: Step, candidates: string[]): Promise<void> {
  const { target } = step.about;
  const pulled = await pullOrNothing(step, candidates);
  core.saveState(STATE.pull, 'done');
  core.setOutput(OUTPUT.snapshot, pulled?.snapshot.id ?? '');
  core.setOutput(OUTPUT.baseline, pulled?.baseline?.id ?? '');
  core.setOutput(OUTPUT.pulled, pulled?.pulled ?? 0);
  core.setOutput(OUTPUT.reused, pulled?.reused ?? 0);
  if (pulled === null) return;
  core.saveState(STATE.pulledSnapshot, pulled.snapshot.id);
  // Version 0 is the state before the first push: the repository is known, by a token that was made for it.
  if (pulled.snapshot.version === 0) return reportEmptyRegistry(target);
  log.info(
    `Fixtures of ${describeTarget(target)}: ${pulled.pulled} pulled, ${pulled.reused} already there, ${pulled.removed} removed.`,
  );
  log.info(describeBaseline(pulled));
  for (const line of pulled.unmatched) log.warning(line, { title: 'Selection without recordings' });
  if (pulled.purged.length > 0) {
    log.warning(describePurged(pulled.purged).join('\n'), { title: 'Purged fixtures' });
  }
  await writeSummary(pulledSummary(pulled, target));
  // With `auto` the tests may be new, and are about to record.
  if (pulled.selectedNothing && step.inputs.mode === 'pull') {
    throw new LocalError(`${pulled.unmatched.join(' ')} Check \`tests\`, \`models\` and \`paths\`.`);
  }
}

/** Null: the registry has nothing yet, which was said and does not fail the job. */
async function pullOrNothing(step: Step, candidates: string[]): Promise<PullSummary | null> {
  try {
    return await pullWith(step, candidates);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { about, connection, inputs, run } = step;
    const refused = ['NOT_FOUND', 'UNAUTHENTICATED', 'FORBIDDEN'].includes(error.code);
    if (connection.token === null && refused)
      throw new StepFailure(
        `${error.message} ${adviceWithoutToken({ fromFork: about.fromFork, actor: run.actor })}`,
      );
    // A baseline that was asked for by name has to be there.
    if (error.code !== 'NOT_FOUND' || inputs.baseline !== null) throw error;
    await reportEmptyRegistry(about.target);
    return null;
  }
}

/** What to do where nothing can be seen without a token. */
function adviceWithoutToken(tokenless: TokenlessRun): string {
  const tried = `The pull was tried without a token: ${explainMissingToken(tokenless)}`;
  if (!tokenless.fromFork) return tried;
  return `${tried} Where recordings may be read by anybody, an admin of the registry makes the repository public, and forks can pull; else their tests go on without recordings with \`on-registry-error: warn\`.`;
}

/** The first run of a new repository has nothing to pull, and must come through to push. */
async function reportEmptyRegistry(target: Target | null): Promise<void> {
  const message = `The registry has no fixtures for ${describeTarget(target)} yet: nothing was pulled. What the tests record will be the first.`;
  log.notice(message, { title: 'No fixtures yet' });
  await writeSummary(`### Fixtures of ${describeTarget(target)}\n\n${message}`);
}

function pullWith({ about, connection, inputs }: Step, candidates: string[]): Promise<PullSummary> {
  return pull(connection, {
    directory: inputs.directory,
    // What the event checked out may be new; what its tests record is pushed to it later.
    ifMissing: 'base',
    ifUnmatched: 'warn',
    ...(about.target === null ? {} : { target: about.target }),
    candidates,
    ...(inputs.baseline === null ? {} : { baseline: inputs.baseline }),
    selection: {
      ...(inputs.tests.length > 0 ? { tests: inputs.tests } : {}),
      ...(inputs.models.length > 0 ? { models: inputs.models } : {}),
      ...(inputs.paths.length > 0 ? { paths: inputs.paths } : {}),
    },
  });
}
