import { writeArchive } from '@fixture-registry/protocol';
import { sendBlocks, sendContents } from '../../store/contents/send-contents.js';
import { PurgedContents, refusePurged } from '../../store/purged/refuse-purged.js';
import { httpError } from '../request/http-error.js';
import type { App, Services } from '../request/services.js';
import { archiveResponse, endingEarly, entriesNamed, withFirstLoaded } from './archive-response.js';
import { readDownloadRequest } from './download-request.js';
import { awaitDownloadTurn, memoryForDownload } from './download-turn.js';
import { requiredFreshness } from './position-header.js';
import { accessibleRepository } from './repository-access.js';

/** Adds the route to download contents: many with one request, in blocks as they are stored. */
export function addDownloadRoute(app: App, services: Services): void {
  const { connection, log } = services;
  const { db, blocks } = connection;
  app.post('/-/:owner/:name/content', async (c) => {
    const repository = await accessibleRepository(c, db, 'read');
    if (repository instanceof Response) return repository;
    const request = await readDownloadRequest(c, services);
    if (request instanceof Response) return request;
    const { digests } = request;
    await awaitDownloadTurn(c, services);
    try {
      const memory = memoryForDownload(c, services);
      const source = {
        db: await connection.reads.databaseFor(requiredFreshness(c)),
        primary: db,
        blocks,
        memory,
      };
      const entries = request.blocks
        ? sendBlocks(source, repository.id, digests, request)
        : entriesNamed(sendContents(source, repository.id, digests), (digest) => [digest]);
      const loaded = await withFirstLoaded(entries);
      // After the look-up: it leaves out contents that were purged before.
      await refusePurged(db, repository.id, digests);
      return archiveResponse(c, endingEarly(writeArchive(loaded), log));
    } catch (error) {
      if (error instanceof PurgedContents) return httpError(c, 'GONE', error.message);
      throw error;
    }
  });
}
