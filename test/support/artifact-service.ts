import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GitHubState, RunArtifact } from './github-state.js';

/**
 * GitHub's artifact service on loopback: the API at ACTIONS_RESULTS_URL, the blob storage that a job
 * uploads to, and the downloads.
 */
export interface ArtifactService extends AsyncDisposable {
  url: string;
  /** The variables with which the runner lets a job store artifacts. */
  environment(runId: number): Record<string, string>;
  /** Stores an artifact without a job, as the author of a workflow can. */
  store(runId: number, name: string, zip: Buffer, size?: number): RunArtifact;
  zipOf(artifact: RunArtifact): Buffer;
  /** All requests. */
  requests: { method: string; path: string; authorization: string | null }[];
  /** Requests that the real service would refuse. Tests assert that there are none. */
  violations: string[];
  /** Replaces the response to downloads, when set. */
  onDownload: ((response: ServerResponse) => void) | null;
}

interface Upload {
  runId: number;
  name: string;
  blocks: Map<string, Buffer>;
  zip: Buffer | null;
}

const TWIRP = '/twirp/github.actions.results.api.v1.ArtifactService/';
/** Signs the presigned URLs. */
const SIGNATURE = 'c2lnbmF0dXJl+/==';

export async function startArtifactService(state: GitHubState): Promise<ArtifactService> {
  const uploads = new Map<string, Upload>();
  const zips = new Map<number, Buffer>();
  const tokens = new Map<string, { runId: number; job: string }>();
  const service: ArtifactService = {
    url: '',
    environment(runId) {
      const job = randomUUID();
      const token = runtimeToken(runId, job);
      tokens.set(token, { runId, job });
      return { ACTIONS_RESULTS_URL: `${service.url}/`, ACTIONS_RUNTIME_TOKEN: token };
    },
    store(runId, name, zip, size = zip.length) {
      const artifact = state.addArtifact({ runId, name, size, address: '' });
      artifact.address = `${service.url}/download/${artifact.id}?sig=${encodeURIComponent(SIGNATURE)}`;
      zips.set(artifact.id, zip);
      return artifact;
    },
    zipOf: ({ id }) => zips.get(id) ?? Buffer.alloc(0),
    requests: [],
    violations: [],
    onDownload: null,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  const create = (body: Record<string, unknown>, by: { runId: number; job: string }) => {
    if (
      body['workflow_run_backend_id'] !== `run-${by.runId}` ||
      body['workflow_job_run_backend_id'] !== by.job
    ) {
      service.violations.push(`CreateArtifact of another job: ${JSON.stringify(body)}`);
    }
    const name = String(body['name']);
    const taken = state.artifacts.some((known) => known.runId === by.runId && known.name === name);
    if (taken) {
      const msg = 'an artifact with this name already exists on the workflow run';
      return { status: 409, body: { code: 'already_exists', msg } };
    }
    const blob = randomUUID();
    uploads.set(blob, { runId: by.runId, name, blocks: new Map(), zip: null });
    const signed_upload_url = `${service.url}/account/container/${blob}?sig=${encodeURIComponent(SIGNATURE)}`;
    return { status: 200, body: { ok: true, signed_upload_url } };
  };

  const finalize = (body: Record<string, unknown>, by: { runId: number }) => {
    const upload = [...uploads.values()].find(
      ({ runId, name }) => runId === by.runId && name === body['name'],
    );
    const zip = upload?.zip;
    if (upload === undefined || !zip)
      return { status: 404, body: { code: 'not_found', msg: 'no such upload' } };
    const hash = `sha256:${createHash('sha256').update(zip).digest('hex')}`;
    if (String(body['size']) !== String(zip.length) || body['hash'] !== hash) {
      service.violations.push(`FinalizeArtifact says other bytes: ${JSON.stringify(body)}`);
    }
    const { id } = service.store(upload.runId, upload.name, zip);
    return { status: 200, body: { ok: true, artifact_id: String(id) } };
  };

  /** Azure's block blobs: each block by its name, then the list of blocks in order. */
  const putBlob = (url: URL, bytes: Buffer): number => {
    const upload = uploads.get(url.pathname.split('/').at(-1) ?? '');
    if (upload === undefined || url.searchParams.get('sig') !== SIGNATURE) return 403;
    if (url.searchParams.get('comp') === 'block') {
      upload.blocks.set(url.searchParams.get('blockid') ?? '', bytes);
      return 201;
    }
    if (url.searchParams.get('comp') !== 'blocklist') return 400;
    const ids = [...bytes.toString().matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)].map(([, id]) => id ?? '');
    const blocks = ids.map((id) => upload.blocks.get(id));
    if (blocks.includes(undefined)) return 400;
    upload.zip = Buffer.concat(blocks as Buffer[]);
    return 201;
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', service.url);
    const authorization = request.headers.authorization ?? null;
    service.requests.push({ method: request.method ?? '', path: url.pathname, authorization });
    const bytes = await bodyOf(request);
    if (url.pathname.startsWith(TWIRP)) {
      const by = tokens.get(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '');
      const body = JSON.parse(bytes.toString()) as Record<string, unknown>;
      const method = url.pathname.slice(TWIRP.length);
      const answer =
        by === undefined
          ? { status: 401, body: { code: 'unauthenticated', msg: 'no token of a job' } }
          : method === 'CreateArtifact'
            ? create(body, by)
            : finalize(body, by);
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer.body));
    } else if (request.method === 'PUT') {
      const headers = {
        etag: '"0x1"',
        'last-modified': new Date().toUTCString(),
        'x-ms-version': '2025-01-05',
      };
      response.writeHead(putBlob(url, bytes), headers).end();
    } else if (service.onDownload !== null) {
      service.onDownload(response);
    } else {
      const zip = zips.get(Number(url.pathname.split('/').at(-1)));
      const mayRead = url.searchParams.get('sig') === SIGNATURE && zip !== undefined;
      response.writeHead(mayRead ? 200 : 404, { 'content-type': 'zip' }).end(mayRead ? zip : '');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  service.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return service;
}

/** A token as the runner gets it, with its run and job in the scope. */
function runtimeToken(runId: number, job: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const scp = `Actions.GenericRead:00000000 Actions.Results:run-${runId}:${job}`;
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ scp, nameid: 'dddddddd' })}.${randomUUID()}`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await request.toArray());
}
