import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findChanges } from '@fixture-registry/client';
import { digestOf } from '@fixture-registry/protocol';
import type { Target } from '../event-target.js';
import * as log from '../log.js';
import { ARTIFACT_DAYS, ARTIFACT_PREFIX } from '../names.js';
import { StepFailure } from '../settle.js';
import type { Step } from '../step.js';
import { described, writeSummary } from '../summary.js';
import { BOUNDS } from './bounds.js';
import { contentName, MANIFEST_NAME, type Manifest, manifestText } from './manifest.js';

/**
 * A fork's job may not write to the registry, so it leaves what it recorded as an artifact of its run. A second workflow of the base
 * repository takes it from there (`push-fork-run.ts`).
 * @param pullFailed whether main could not pull: then nothing counts as removed; undefined: this job did not pull
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
    ifNothingFound: 'warn',
  });
  for (const warning of warnings) log.warning(warning, { title: 'Fixtures' });
  for (const { path, problem } of problems) log.warning(problem, { title: 'Not stored', file: path });
  if (add.length + remove.length === 0) {
    return say(
      `Nothing was recorded in ${described(target)} that the registry does not have, so no artifact is stored.`,
      target,
    );
  }
  const manifest: Manifest = { recordings: add, removed: remove };
  const tooMuch = beyondBounds(manifest);
  if (tooMuch !== null)
    throw new StepFailure(`The recordings of this job cannot be handed over: ${tooMuch}.`);

  const name = artifactName(run.job);
  const folder = mkdtempSync(path.join(run.temporary, 'fixture-registry-'));
  try {
    await upload(name, folder, gather(folder, inputs.directory, manifest));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const what = `${counted(add.length, 'recording')}${remove.length > 0 ? ` and ${counted(remove.length, 'removal')}` : ''}`;
  const why = about.fromFork
    ? 'a pull request from a fork may not write to the registry'
    : 'this run may not write to the registry';
  await say(
    `Stored ${what} of ${described(target)} as the artifact \`${name}\`: ${why}. When this run is done, the base repository's workflow ` +
      'on `workflow_run` with `mode: push` pushes them and comments; docs/forks.md of Fixture Registry has it to copy.',
    target,
  );
}

/** The jobs of a matrix share their name, and a name can be taken once in a run: hence a part by chance. */
function artifactName(job: string): string {
  return `${ARTIFACT_PREFIX}${job.replace(/[^\w-]/g, '-').slice(0, 100) || 'job'}-${randomUUID().slice(0, 8)}`;
}

/** Told here, where the author of the pull request sees it: the second workflow would refuse it. */
function beyondBounds({ recordings, removed }: Manifest): string | null {
  const large = recordings.find(({ size }) => size > BOUNDS.recordingBytes);
  if (large !== undefined) return `${large.path} is larger than ${mebibytes(BOUNDS.recordingBytes)}`;
  if (recordings.length + removed.length > BOUNDS.recordings) {
    return `${recordings.length + removed.length} of them are more than ${BOUNDS.recordings}`;
  }
  const bytes = recordings.reduce((sum, { size }) => sum + size, 0);
  return bytes > BOUNDS.bytes ? `together they are larger than ${mebibytes(BOUNDS.bytes)}` : null;
}

/** Copies what goes into the artifact, so that it is what was digested. @returns the files */
function gather(folder: string, directory: string, manifest: Manifest): string[] {
  mkdirSync(path.join(folder, 'contents'));
  const files = new Set<string>();
  for (const recording of manifest.recordings) {
    const bytes = readFileSync(path.join(directory, recording.path));
    if (digestOf(bytes) !== recording.digest) {
      throw new StepFailure(
        `${recording.path} changed while it was stored: a process of the job still records.`,
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
  // It is larger than all the rest together, and only jobs of forks need it.
  const { DefaultArtifactClient } = await import('@actions/artifact');
  try {
    await new DefaultArtifactClient().uploadArtifact(name, files, folder, { retentionDays: ARTIFACT_DAYS });
  } catch (error) {
    const { name: kind, message } = error as Error;
    throw new StepFailure(
      kind === 'GHESNotSupportedError'
        ? 'GitHub Enterprise Server has no artifacts of the kind that is needed to hand over what a fork recorded. Its pull requests can be pulled for, but what they record is only pushed once the branch is in this repository.'
        : `The recordings could not be stored as an artifact: ${message}`,
    );
  }
}

async function say(message: string, target: Target): Promise<void> {
  log.notice(message, { title: 'Fixtures of a fork' });
  await writeSummary(`### Fixtures of ${described(target)}\n\n${message}`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function mebibytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MiB`;
}
