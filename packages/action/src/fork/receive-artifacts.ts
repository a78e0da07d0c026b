import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { StepFailure } from '../event/run-step.js';
import type { Step } from '../event/step.js';
import { ARTIFACT_LIMITS } from './artifact-limits.js';
import { CollectedRecordings } from './collect-recordings.js';
import { InvalidArtifact } from './open-zip.js';
import { type Artifact, downloadArtifact } from './run-artifacts.js';

/**
 * Downloads and validates the artifacts of a run, one after the other.
 * @param work an empty folder for the zip files and the recordings
 * @param patterns of recordings; other paths are not taken
 * @throws StepFailure when a download fails or an artifact is invalid; then nothing of the run may be pushed
 */
export async function receiveArtifacts(
  { connection, github, run }: Step,
  work: string,
  artifacts: Artifact[],
  patterns: string[],
): Promise<CollectedRecordings> {
  const folder = path.join(work, 'recordings');
  mkdirSync(folder, { mode: 0o700 });
  const collected = new CollectedRecordings(folder, patterns);
  let remaining: number = ARTIFACT_LIMITS.zipBytes;
  for (const artifact of artifacts) {
    const file = path.join(work, `${artifact.id}.zip`);
    const from = {
      repository: run.repository,
      artifact,
      userAgent: connection.userAgent,
      apiUrl: run.githubApiUrl,
    };
    remaining -= await downloadArtifact(github, from, file, remaining);
    try {
      await collected.addZip(file);
    } catch (error) {
      if (!(error instanceof InvalidArtifact)) throw error;
      throw new StepFailure(
        `Nothing was pushed: the artifact ${JSON.stringify(artifact.name)} ${error.message}. This ` +
          `action did not create that artifact: check what the pull request changes in its workflows.`,
      );
    }
    rmSync(file);
  }
  return collected;
}
