import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HttpClient } from '@actions/http-client';
import { StepFailure } from '../event/run-step.js';
import { ARTIFACT_PREFIX } from '../names.js';
import { describeGitHubError, type GitHub, statusOf } from '../runner/github-client.js';
import { ARTIFACT_LIMITS } from './artifact-limits.js';

type Repository = { owner: string; name: string };

export interface Artifact {
  id: number;
  name: string;
}

/** Limit on the pages of GitHub's list: a run can have any number of other artifacts. */
const MAX_PAGES = 20;
/** A download is aborted after so many milliseconds without data. */
const SOCKET_TIMEOUT_MS = 60_000;

/**
 * Lists the artifacts of a run that carry recordings, oldest first.
 * @throws StepFailure when GitHub refuses the request, the artifacts exceed the limits, or one has expired
 */
export async function listArtifacts(
  github: GitHub,
  repository: Repository,
  runId: number,
): Promise<Artifact[]> {
  const ours: Artifact[] = [];
  let bytes = 0;
  let page = 0;
  try {
    const pages = github.paginate.iterator('GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts', {
      owner: repository.owner,
      repo: repository.name,
      run_id: runId,
      per_page: 100,
    });
    for await (const { data } of pages) {
      for (const { id, name, size_in_bytes, expired, workflow_run } of data) {
        if (!name.startsWith(ARTIFACT_PREFIX) || workflow_run?.id !== runId) continue;
        if (expired)
          throw new StepFailure(`The artifact ${name} of run ${runId} has expired: run its workflow again.`);
        ours.push({ id, name });
        bytes += size_in_bytes;
      }
      if (++page === MAX_PAGES) break;
    }
  } catch (error) {
    if (error instanceof StepFailure) throw error;
    throw new StepFailure(describeGitHubError(error, `list the artifacts of run ${runId}`, 'actions: read'));
  }
  if (ours.length > ARTIFACT_LIMITS.artifacts || bytes > ARTIFACT_LIMITS.zipBytes) {
    throw new StepFailure(
      `Run ${runId} has ${ours.length} artifacts of recordings with ${bytes} bytes: at most ` +
        `${ARTIFACT_LIMITS.artifacts} with ${ARTIFACT_LIMITS.zipBytes} bytes are accepted.`,
    );
  }
  return ours.sort((a, b) => a.id - b.id);
}

/**
 * Downloads the zip file of an artifact. GitHub redirects to a presigned URL, which must not receive
 * GitHub's token.
 * @param maxBytes enforced while downloading, because the size in GitHub's list is not trusted
 * @returns the size of the zip file in bytes
 * @throws StepFailure when the download fails, is too large or takes too long
 */
export async function downloadArtifact(
  github: GitHub,
  from: { repository: Repository; artifact: Artifact; userAgent: string; apiUrl: string },
  file: string,
  maxBytes: number,
): Promise<number> {
  const url = await fetchDownloadUrl(github, from);
  const client = new HttpClient(from.userAgent, [], {
    allowRedirects: false,
    socketTimeout: SOCKET_TIMEOUT_MS,
  });
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done(bytes > maxBytes ? new Error(`it is larger than the remaining ${maxBytes} bytes`) : null, chunk);
    },
  });
  try {
    const { message } = await client.get(url.href);
    if (message.statusCode !== 200) throw new Error(`status ${message.statusCode}`);
    const signal = AbortSignal.timeout(ARTIFACT_LIMITS.downloadMs);
    await pipeline(message, counting, createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal });
  } catch (error) {
    throw new StepFailure(
      `The artifact ${from.artifact.name} cannot be downloaded: ${(error as Error).message}.`,
    );
  } finally {
    client.dispose();
  }
  return bytes;
}

async function fetchDownloadUrl(
  github: GitHub,
  { repository, artifact, apiUrl }: { repository: Repository; artifact: Artifact; apiUrl: string },
): Promise<URL> {
  const route = 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}';
  let location: string | undefined;
  try {
    const { headers } = await github.request(route, {
      owner: repository.owner,
      repo: repository.name,
      artifact_id: artifact.id,
      archive_format: 'zip',
      request: { redirect: 'manual' },
    });
    location = headers.location;
  } catch (error) {
    if (statusOf(error) === 410)
      throw new StepFailure(`The artifact ${artifact.name} has expired: run its workflow again.`);
    throw new StepFailure(
      describeGitHubError(error, `download the artifact ${artifact.name}`, 'actions: read'),
    );
  }
  const url = location !== undefined && URL.canParse(location) ? new URL(location) : null;
  // Plain HTTP only if GitHub's API itself uses it.
  if (url === null || (url.protocol !== 'https:' && url.protocol !== new URL(apiUrl).protocol)) {
    throw new StepFailure(`GitHub returned no valid download URL for the artifact ${artifact.name}.`);
  }
  return url;
}
