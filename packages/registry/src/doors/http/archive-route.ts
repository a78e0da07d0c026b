import { type ArchiveEntry, pack, writeArchive } from '@fixture-registry/protocol';
import { sql } from 'drizzle-orm';
import type { Context } from 'hono';
import { contentsApart } from '../../store/contents/send-contents.js';
import { filesOf, type PurgedFile, purgedFilesOf } from '../../store/pull/plan-pull.js';
import { describePurge } from '../../store/purged/purge.js';
import { type At, resolveSnapshot } from '../../store/snapshots/resolve-snapshot.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import type { Repository } from '../../vocabulary/repository.js';
import { decodeSnapshotId } from '../graphql/at-input.js';
import { httpError } from '../request/http-error.js';
import type { App, Services } from '../request/services.js';
import { archiveResponse, entriesNamed, withFirstLoaded } from './archive-response.js';
import { awaitDownloadTurn, memoryForDownload } from './download-turn.js';
import { accessibleRepository } from './repository-access.js';

/** Adds the route to download all recordings of a state as a zip archive with their paths. */
export function addArchiveRoute(app: App, services: Services): void {
  const { db, blocks } = services.connection;
  app.get('/-/:owner/:name/archive.zip', async (c) => {
    const repository = await accessibleRepository(c, db, 'read');
    if (repository instanceof Response) return repository;
    const at = parseAt(c, repository);
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
    const contents = entriesNamed(contentsApart(source, repository.id, [...paths.keys()]), (digest) => {
      sent.add(digest);
      return paths.get(digest) ?? [];
    });
    const missing = async () =>
      (await purgedFilesOf(db, snapshot, sql`true`)).filter(({ digest }) => !sent.has(digest));
    const entries = withPurgeNotice(contents, missing, new Set(files.map(({ path }) => path)));
    return archiveResponse(c, writeArchive(await withFirstLoaded(entries)));
  });
}

/** The state that the query parameters name, or why they are invalid. */
function parseAt(c: Context, repository: Repository): At | string {
  const { branch, pullRequest, commit, snapshot } = c.req.query();
  if ([branch, pullRequest, commit, snapshot].filter((each) => each !== undefined).length > 1) {
    return 'set one of branch, pullRequest, commit and snapshot, not several';
  }
  if (commit !== undefined) return refusedCommit(commit) ?? { commit };
  if (snapshot !== undefined) {
    const key = decodeSnapshotId(snapshot);
    return key ? { snapshot: key } : `"${snapshot.slice(0, 80)}" is not the id of a snapshot`;
  }
  if (pullRequest !== undefined) {
    return /^\d{1,9}$/.test(pullRequest)
      ? { pullRequest: Number(pullRequest) }
      : 'pullRequest must be a number';
  }
  return { branch: branch ?? repository.defaultBranch };
}

/**
 * Adds a file at the end of an archive that lists the purged recordings: the archive can be opened
 * years later, without the registry.
 * @param missing is called after all entries, because contents can be purged while they are sent
 */
async function* withPurgeNotice(
  entries: AsyncIterable<ArchiveEntry>,
  missing: () => Promise<PurgedFile[]>,
  usedNames: Set<string>,
): AsyncGenerator<ArchiveEntry> {
  yield* entries;
  const purged = await missing();
  if (purged.length === 0) return;
  const lines = purged.map(({ path, digest, purge }) => `${path} (${digest}) was ${describePurge(purge)}\n`);
  let name = 'PURGED.txt';
  while (usedNames.has(name)) name = `_${name}`;
  yield { name, ...pack(Buffer.from(`Not in this archive:\n\n${lines.join('')}`)) };
}
