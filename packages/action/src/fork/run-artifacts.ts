import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HttpClient } from '@actions/http-client';
import { StepFailure } from '../event/run-step.js';
import { ARTIFACT_PREFIX } from '../names.js';
import { describeGitHubError, type GitHub, statusOf } from '../runner/github-client.js';
import { BOUNDS } from './bounds.js';

type Repository = { owner: string; name: string };

export interface Artifact {
  id: number;
  name: string;
}

/** Pages of GitHub's list that are read; a run may hold any number of artifacts that are not ours. */
const MAX_PAGES = 20;
/** A download that stands still for so long, milliseconds, is given up. */
const SOCKET_TIMEOUT_MS = 60_000;

/**
 * The artifacts of a run in which jobs left recordings, oldest first.
 * @throws StepFailure when GitHub cannot be asked, when they are more than a run may hand over, or when one is gone
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
  if (ours.length > BOUNDS.artifacts || bytes > BOUNDS.zipBytes) {
    throw new StepFailure(
      `Run ${runId} holds ${ours.length} artifacts of recordings with ${bytes} bytes: at most ${BOUNDS.artifacts} with ${BOUNDS.zipBytes} bytes are taken.`,
    );
  }
  return ours.sort((a, b) => a.id - b.id);
}

/**
 * Downloads an artifact's zip to a file. GitHub answers with an address elsewhere that needs no token, so it gets none.
 * @param atMost bytes; what GitHub announced is not relied upon
 * @returns the bytes of the zip
 * @throws StepFailure
 */
export async function downloadArtifact(
  github: GitHub,
  from: { repository: Repository; artifact: Artifact; userAgent: string; apiUrl: string },
  file: string,
  atMost: number,
): Promise<number> {
  const address = await addressOf(github, from);
  const client = new HttpClient(from.userAgent, [], {
    allowRedirects: false,
    socketTimeout: SOCKET_TIMEOUT_MS,
  });
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done(bytes > atMost ? new Error(`it is larger than the ${atMost} bytes that are left`) : null, chunk);
    },
  });
  try {
    const { message } = await client.get(address.href);
    if (message.statusCode !== 200) throw new Error(`status ${message.statusCode}`);
    const signal = AbortSignal.timeout(BOUNDS.downloadMs);
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

async function addressOf(
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
  const address = location !== undefined && URL.canParse(location) ? new URL(location) : null;
  // As safe as GitHub's own address: only a GitHub on loopback, in tests, is spoken to without TLS.
  if (address === null || (address.protocol !== 'https:' && address.protocol !== new URL(apiUrl).protocol)) {
    throw new StepFailure(`GitHub does not say where the artifact ${artifact.name} is.`);
  }
  return address;
}
