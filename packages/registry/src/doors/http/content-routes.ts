import { Readable } from 'node:stream';
import {
  type ArchiveEntry,
  ArchiveError,
  isDigest,
  LIMITS,
  pack,
  writeArchive,
} from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { Database } from '../../database/statements/database.js';
import { BlockStoreError } from '../../store/blocks/block-store-error.js';
import { allowancesFor } from '../../store/checks/allowances-for.js';
import { receiveContents } from '../../store/contents/receive-contents.js';
import {
  contentsApart,
  type SentContent,
  sendBlocks,
  sendContents,
} from '../../store/contents/send-contents.js';
import { filesOf, type PurgedFile, purgedFilesOf } from '../../store/pull/plan-pull.js';
import { describePurge } from '../../store/purged/purge.js';
import { PurgedContents, refusePurged } from '../../store/purged/purged-contents.js';
import { type At, resolveSnapshot } from '../../store/snapshots/resolve-snapshot.js';
import { refusedWrite, withProvenBase } from '../../trust/access/may-write.js';
import { type Identity, lacks, may, type Scope } from '../../trust/identity/identity.js';
import { findRepository } from '../../trust/repositories/repository-store.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import { parseRefName, type RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { decodeSnapshotId } from '../graphql/at-input.js';
import { TooManyWaiting } from '../limits/fair-turns.js';
import { callerKey } from '../limits/rate-limits.js';
import { readBoundedJson, SMALL_JSON } from '../limits/read-bounded-json.js';
import { httpError } from '../request/http-error.js';
import type { App, AppEnvironment, Services } from '../request/services.js';
import { auditRefusedUpload } from './audit-refused-upload.js';
import { awaitDownloadTurn, memoryForDownload } from './download-turn.js';
import { freshnessOf } from './freshness.js';

type RouteContext = Context<AppEnvironment>;

/** Bulk content: bytes travel here, many recordings at a time, in blocks as they are stored. */
export function addContentRoutes(app: App, services: Services): void {
  const { connection, reader, log } = services;
  const { db, blocks } = connection;
  app.post('/-/:owner/:name/content', async (c) => {
    const repository = await repositoryFor(c, db, 'read');
    if (repository instanceof Response) return repository;
    const wish = await downloadOf(c, services);
    if (wish === 'too many elements') {
      return httpError(
        c,
        'TOO_LARGE',
        `a list may have ${LIMITS.downloadDigests} digests, and nothing else in it`,
      );
    }
    if (!wish) {
      return httpError(
        c,
        'INVALID',
        `send {"digests": [...]} with at most ${LIMITS.downloadDigests} sha256 in hex, and "blocks": true to get blocks`,
      );
    }
    const { digests } = wish;
    await awaitDownloadTurn(c, services);
    try {
      const memory = memoryForDownload(c, services);
      const source = { db: await connection.reads.databaseFor(freshnessOf(c)), primary: db, blocks, memory };
      const entries = wish.blocks
        ? sendBlocks(source, repository.id, digests, wish)
        : renamed(sendContents(source, repository.id, digests), (digest) => [digest]);
      const sending = await begun(entries);
      // Only now: what was purged before the contents were looked up is missing among them.
      await refusePurged(db, repository.id, digests);
      return archiveResponse(c, endingEarly(writeArchive(sending), log));
    } catch (error) {
      if (error instanceof PurgedContents) return httpError(c, 'GONE', error.message);
      throw error;
    }
  });

  app.put('/-/:owner/:name/content', auditRefusedUpload(services), async (c) => {
    const repository = await repositoryFor(c, db, 'write');
    if (repository instanceof Response) return repository;
    const length = Number(c.req.header('content-length') ?? 0);
    if (length > LIMITS.uploadBytes) {
      return httpError(c, 'TOO_LARGE', `an upload may have ${LIMITS.uploadBytes} bytes: send several`);
    }
    const body = c.req.raw.body;
    if (!body)
      return httpError(c, 'INVALID', 'send a zip archive of blocks, or of contents named by their sha256');
    try {
      const named = uploadRefOf(c);
      if (named !== null && 'problem' in named) return httpError(c, 'INVALID', named.problem);
      const by = c.get('caller');
      const ref = named && withProvenBase(by.identity, repository, named);
      const into = {
        repositoryId: repository.id,
        by,
        allowances: (settings: string | null) =>
          allowancesFor(db, repository, ref, maySay(by.identity, repository, ref) ? settings : null),
      };
      return c.json(await receiveContents({ db, blocks, reader }, into, bounded(body, LIMITS.uploadBytes)));
    } catch (error) {
      if (error instanceof ArchiveError) return httpError(c, 'INVALID', error.message);
      // A client that went away is no fault of ours; what arrived whole is kept.
      if (c.req.raw.signal.aborted || (error as Error).name === 'AbortError') {
        return httpError(c, 'INVALID', 'the upload ended early');
      }
      throw error;
    }
  });

  app.get('/-/:owner/:name/archive.zip', async (c) => {
    const repository = await repositoryFor(c, db, 'read');
    if (repository instanceof Response) return repository;
    const at = atOf(c, repository);
    if (typeof at === 'string') return httpError(c, 'INVALID', at);
    const snapshot = await resolveSnapshot(db, repository, at);
    if (!snapshot) return httpError(c, 'NOT_FOUND', 'no snapshot is known under that name');
    await awaitDownloadTurn(c, services);
    const files = await filesOf(db, snapshot, sql`true`);
    const paths = new Map<string, string[]>();
    for (const { path, digest } of files) paths.set(digest, [...(paths.get(digest) ?? []), path]);
    c.header('content-disposition', `attachment; filename="${repository.name}-recordings.zip"`);
    const sent = new Set<string>();
    const source = { db, blocks, memory: memoryForDownload(c, services) };
    const contents = renamed(contentsApart(source, repository.id, [...paths.keys()]), (digest) => {
      sent.add(digest);
      return paths.get(digest) ?? [];
    });
    const leftOut = async () =>
      (await purgedFilesOf(db, snapshot, sql`true`)).filter(({ digest }) => !sent.has(digest));
    const noticed = withNotice(contents, leftOut, new Set(files.map(({ path }) => path)));
    return archiveResponse(c, writeArchive(await begun(noticed)));
  });
}

/** The repository of a route, for who may do this with it; else the answer that says why not. */
export async function repositoryFor(
  c: RouteContext,
  db: Database,
  scope: Scope,
): Promise<Repository | Response> {
  const { owner = '', name = '' } = c.req.param();
  const identity = c.get('identity');
  const repository = await findRepository(db, owner, name);
  if (!repository || !may(identity, 'read', repository)) {
    return httpError(c, 'NOT_FOUND', `there is no repository ${owner}/${name} that this token may see`);
  }
  if (!may(identity, scope, repository)) {
    return httpError(c, 'FORBIDDEN', lacks(identity, scope, repository));
  }
  const refused = scope === 'write' ? refusedWrite(identity, repository, { kind: 'upload' }) : null;
  if (refused) return httpError(c, 'FORBIDDEN', refused);
  return repository;
}

/** The ref that an upload is for, as the push will name it; null when it does not say. */
function uploadRefOf(c: RouteContext): ReturnType<typeof parseRefName> | null {
  const { branch, pullRequest, base } = c.req.query();
  if (branch === undefined && pullRequest === undefined) return null;
  const number = pullRequest === undefined ? null : Number(pullRequest);
  if (number !== null && !Number.isSafeInteger(number)) {
    return { problem: 'pullRequest is a number', field: 'pullRequest' };
  }
  return parseRefName({ branch, pullRequest: number, base });
}

/** Settings that come along count only from who may push them: a pull request could name its base branch here. */
function maySay(identity: Identity, repository: Repository, ref: RefName | null): boolean {
  return ref !== null && refusedWrite(identity, repository, { kind: 'push', ref, standing: null }) === null;
}

interface Wish {
  digests: string[];
  /** Whether they may come as blocks, */
  blocks: boolean;
  /** and blocks as addresses at which they are to be had. */
  addresses: boolean;
}

/** Each digest is one element; some are left for what is beside them. */
const DOWNLOAD_ELEMENTS = LIMITS.downloadDigests + 20;

/** What to download; null where that cannot be made out. */
async function downloadOf(c: RouteContext, { bodies }: Services): Promise<Wish | 'too many elements' | null> {
  // 67 bytes each in JSON, and some room.
  const most = LIMITS.downloadDigests * 72;
  const announced = Number(c.req.header('content-length') ?? most + 1);
  if (announced > most) return null;
  if (announced <= SMALL_JSON) return wishIn(await c.req.json().catch(() => null));
  const { reserve, free } = bodies.reservation(callerKey(c.get('identity'), c.get('address')));
  try {
    const json = await readBoundedJson(c.req.raw, { bytes: most, elements: DOWNLOAD_ELEMENTS, reserve });
    if (json === 'no memory') throw new TooManyWaiting();
    if (json === 'too many elements') return json;
    return typeof json === 'string' ? null : wishIn(parsed(json));
  } finally {
    free();
  }
}

function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return null;
  }
}

function wishIn(body: unknown): Wish | null {
  const { digests, blocks = false, addresses = false } = (body ?? {}) as Record<string, unknown>;
  if (!Array.isArray(digests) || digests.length > LIMITS.downloadDigests) return null;
  if (typeof blocks !== 'boolean' || typeof addresses !== 'boolean') return null;
  return digests.every((digest) => typeof digest === 'string' && isDigest(digest))
    ? { digests: [...new Set(digests as string[])], blocks, addresses }
    : null;
}

function atOf(c: RouteContext, repository: Repository): At | string {
  const { branch, pullRequest, commit, snapshot } = c.req.query();
  if ([branch, pullRequest, commit, snapshot].filter((each) => each !== undefined).length > 1) {
    return 'name one of branch, pullRequest, commit and snapshot, not several';
  }
  if (commit !== undefined) return refusedCommit(commit) ?? { commit };
  if (snapshot !== undefined) {
    const key = decodeSnapshotId(snapshot);
    return key ? { snapshot: key } : `"${snapshot.slice(0, 80)}" is not the id of a snapshot`;
  }
  if (pullRequest !== undefined) {
    return /^\d{1,9}$/.test(pullRequest) ? { pullRequest: Number(pullRequest) } : 'pullRequest is a number';
  }
  return { branch: branch ?? repository.defaultBranch };
}

async function* renamed(
  contents: AsyncIterable<SentContent>,
  namesOf: (digest: string) => string[],
): AsyncGenerator<ArchiveEntry> {
  for await (const { digest, ...packed } of contents) {
    for (const name of namesOf(digest)) yield { name, ...packed };
  }
}

/**
 * Says at the end of an archive what it leaves out: somebody may look for it years later, far from the registry.
 * @param leftOut is asked after the entries, because a purge may come while they are sent
 */
async function* withNotice(
  entries: AsyncIterable<ArchiveEntry>,
  leftOut: () => Promise<PurgedFile[]>,
  taken: Set<string>,
): AsyncGenerator<ArchiveEntry> {
  yield* entries;
  const purged = await leftOut();
  if (purged.length === 0) return;
  const lines = purged.map(({ path, digest, purge }) => `${path} (${digest}) was ${describePurge(purge)}\n`);
  let name = 'PURGED.txt';
  while (taken.has(name)) name = `_${name}`;
  yield { name, ...pack(Buffer.from(`Not in this archive:\n\n${lines.join('')}`)) };
}

/**
 * The same entries, of which the first is there already: what cannot be read at all is told by a status, before an answer begins
 * that could only break off.
 */
async function begun(entries: AsyncIterable<ArchiveEntry>): Promise<AsyncIterable<ArchiveEntry>> {
  const left = entries[Symbol.asyncIterator]();
  const first = await left.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => left };
  })();
}

/**
 * The same bytes, but they end early where the store of contents fails or a content was purged in between. Without its directory
 * the archive is not taken for a whole one; the client keeps what came, asks for the rest, and that answer says what is wrong.
 * To break off would take back what is still on its way.
 */
async function* endingEarly(archive: AsyncIterable<Uint8Array>, log: Logger): AsyncGenerator<Uint8Array> {
  try {
    yield* archive;
  } catch (error) {
    if (error instanceof PurgedContents) {
      log.info({ reason: error.message }, 'a download ends early, for a content was purged meanwhile');
    } else if (error instanceof BlockStoreError) {
      log.error({ err: error }, 'the content store fails within a download');
    } else throw error;
  }
}

function archiveResponse(c: RouteContext, archive: AsyncIterable<Uint8Array>): Response {
  c.header('content-type', 'application/zip');
  c.header('cache-control', 'no-store');
  const bytes = Readable.from(inPieces(archive), { objectMode: false, highWaterMark: 256 * 1024 });
  return c.body(Readable.toWeb(bytes) as ReadableStream);
}

/** Bytes of a piece of what is too large to be handed on at once. */
const PIECE_BYTES = 256 * 1024;

/** Copies large parts in pieces: a part that is handed on whole stays in memory until its last byte is taken. */
async function* inPieces(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of archive) {
    if (part.byteLength <= LIMITS.blockBytes) yield part;
    else {
      for (let start = 0; start < part.byteLength; start += PIECE_BYTES) {
        yield Buffer.from(part.subarray(start, start + PIECE_BYTES));
      }
    }
  }
}

/** A body's bytes, as long as they are no more than allowed. @throws ArchiveError */
export async function* bounded(body: ReadableStream<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  // Where an archive is refused, the rest of it is read by `discardBody`.
  for await (const chunk of body.values({ preventCancel: true })) {
    received += chunk.length;
    if (received > most) throw new ArchiveError(`an upload may have ${most} bytes: send several`);
    yield chunk;
  }
}
