import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findChanges, readRecording } from '@fixture-registry/client';
import { describeTarget } from '../event/describe-target.js';
import type { Target } from '../event/event-target.js';
import { StepFailure } from '../event/run-step.js';
import type { Step } from '../event/step.js';
import { ARTIFACT_DAYS, ARTIFACT_PREFIX } from '../names.js';
import { writeSummary } from '../runner/job-summary.js';
import * as log from '../runner/log.js';
import { ARTIFACT_LIMITS } from './artifact-limits.js';
import { contentName, MANIFEST_NAME, type Manifest, manifestText } from './manifest.js';

/**
 * Stores the recordings of a fork's job, which cannot write to the registry, as an artifact of its run.
 * A second workflow of the base repository pushes them (`push-fork-run.ts`).
 * @param pullFailed whether the pull of main failed: then nothing is removed; undefined when this job
 * did not pull
 * @throws StepFailure when the recordings exceed the limits or cannot be uploaded
 */
export async function storeRecordings(step: Step, target: Target, pullFailed?: boolean): Promise<void> {
  const { about, connection, inputs, run } = step;
  const { add, remove, problems, warnings } = await findChanges(connection, {
    directory: inputs.directory,
    target,
    ...(inputs.paths.length > 0 ? { paths: inputs.paths } : {}),
    prune: inputs.prune,
    ...(pullFailed === undefined ? {} : { pullFailed }),
    afterFailedPull: 'skip',
  });
  for (const warning of warnings) log.warning(warning, { title: 'Fixtures' });
  for (const { path, problem } of problems) log.warning(problem, { title: 'Not stored', file: path });
  if (add.length + remove.length === 0) {
    return report(
      `The registry already has all recordings of ${describeTarget(target)}, so no artifact is stored.`,
      target,
    );
  }
  const manifest: Manifest = { recordings: add, removed: remove };
  const limit = exceededLimit(manifest);
  if (limit !== null)
    throw new StepFailure(`The recordings of this job exceed the limits of an artifact: ${limit}.`);

  const name = artifactName(run.job);
  const folder = mkdtempSync(path.join(run.temporary, 'fixture-registry-'));
  try {
    await upload(name, folder, stageFiles(folder, inputs.directory, manifest));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const removals = remove.length > 0 ? ` and ${pluralize(remove.length, 'removal')}` : '';
  const what = `${pluralize(add.length, 'recording')}${removals}`;
  const why = about.fromFork
    ? 'a pull request from a fork cannot write to the registry'
    : 'this run cannot write to the registry';
  await report(
    `Stored ${what} of ${describeTarget(target)} as the artifact \`${name}\`: ${why}. When this run ` +
      `has completed, the base repository's workflow ` +
      'on `workflow_run` with `mode: push` pushes them and comments. docs/forks.md of Fixture Registry ' +
      'has the workflow to copy.',
    target,
  );
}

/**
 * Ends with a random part, because the jobs of a matrix share their name and artifact names are unique
 * within a run.
 */
function artifactName(job: string): string {
  return `${ARTIFACT_PREFIX}${job.replace(/[^\w-]/g, '-').slice(0, 100) || 'job'}-${randomUUID().slice(0, 8)}`;
}

/**
 * The limit that the second workflow would enforce, checked where the author of the pull request sees
 * the message.
 */
function exceededLimit({ recordings, removed }: Manifest): string | null {
  const large = recordings.find(({ size }) => size > ARTIFACT_LIMITS.recordingBytes);
  if (large !== undefined) return `${large.path} is larger than ${mebibytes(ARTIFACT_LIMITS.recordingBytes)}`;
  if (recordings.length + removed.length > ARTIFACT_LIMITS.recordings) {
    return `${recordings.length + removed.length} of them are more than ${ARTIFACT_LIMITS.recordings}`;
  }
  const bytes = recordings.reduce((sum, { size }) => sum + size, 0);
  return bytes > ARTIFACT_LIMITS.bytes
    ? `together they are larger than ${mebibytes(ARTIFACT_LIMITS.bytes)}`
    : null;
}

/**
 * Copies the files of the artifact, so that its contents are those that the digests were computed from.
 * @returns absolute paths of the copies
 */
function stageFiles(folder: string, directory: string, manifest: Manifest): string[] {
  mkdirSync(path.join(folder, 'contents'));
  const files = new Set<string>();
  for (const recording of manifest.recordings) {
    const { bytes, digest } = readRecording(directory, recording.path);
    if (digest !== recording.digest) {
      throw new StepFailure(
        `${recording.path} changed while it was being stored: a process of the job is still recording.`,
      );
    }
    const file = path.join(folder, contentName(recording.digest));
    writeFileSync(file, bytes);
    files.add(file);
  }
  const list = path.join(folder, MANIFEST_NAME);
  writeFileSync(list, manifestText(manifest));
  return [list, ...files];
}

async function upload(name: string, folder: string, files: string[]): Promise<void> {
  // Loaded only here, because it is larger than the rest of the action.
  const { DefaultArtifactClient } = await import('@actions/artifact');
  try {
    await new DefaultArtifactClient().uploadArtifact(name, files, folder, { retentionDays: ARTIFACT_DAYS });
  } catch (error) {
    const { name: kind, message } = error as Error;
    throw new StepFailure(
      kind === 'GHESNotSupportedError'
        ? 'GitHub Enterprise Server does not support the artifacts that carry recordings of forks. ' +
            'Pull requests from forks can pull, but only branches of this repository can push.'
        : `The recordings could not be stored as an artifact: ${message}`,
    );
  }
}

async function report(message: string, target: Target): Promise<void> {
  log.notice(message, { title: 'Fixtures of a fork' });
  await writeSummary(`### Fixtures of ${describeTarget(target)}\n\n${message}`);
}

function pluralize(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function mebibytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MiB`;
}
