import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_PATHS, readPathPatterns } from '@fixture-registry/client';
import { StepFailure } from '../event/run-step.js';
import type { Step } from '../event/step.js';
import { BOUNDS } from './bounds.js';
import { CollectedRecordings } from './collect-recordings.js';
import { InvalidArtifact } from './open-zip.js';
import { type Artifact, downloadArtifact } from './run-artifacts.js';

export async function receiveArtifacts(
  { connection, github, inputs, run }: Step,
  work: string,
  artifacts: Artifact[],
): Promise<CollectedRecordings> {
  const folder = path.join(work, 'recordings');
  mkdirSync(folder, { mode: 0o700 });
  const taken = new CollectedRecordings(
    folder,
    inputs.paths.length > 0 ? readPathPatterns(inputs.paths, null) : DEFAULT_PATHS,
  );
  let room: number = BOUNDS.zipBytes;
  for (const artifact of artifacts) {
    const file = path.join(work, `${artifact.id}.zip`);
    const from = {
      repository: run.repository,
      artifact,
      userAgent: connection.userAgent,
      apiUrl: run.githubApiUrl,
    };
    room -= await downloadArtifact(github, from, file, room);
    try {
      await taken.take(file);
    } catch (error) {
      if (!(error instanceof InvalidArtifact)) throw error;
      throw new StepFailure(
        `Nothing was pushed: the artifact ${JSON.stringify(artifact.name)} ${error.message}. Such an artifact is not made by this action: look at what the pull request changes in its workflows.`,
      );
    }
    rmSync(file);
  }
  return taken;
}
