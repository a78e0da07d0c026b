import { ArchiveError, LIMITS } from '@fixture-registry/protocol';
import type { Context } from 'hono';
import { allowancesFor } from '../../store/checks/allowances-for.js';
import { receiveContents } from '../../store/contents/receive-contents.js';
import { refusedWrite, withProvenBase } from '../../trust/access/may-write.js';
import type { Identity } from '../../trust/identity/identity.js';
import { parseRefName, type RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { boundedBody } from '../limits/bounded-body.js';
import { httpError } from '../request/http-error.js';
import type { App, Services } from '../request/services.js';
import { auditRefusedUpload } from './audit-refused-upload.js';
import { accessibleRepository } from './repository-access.js';

/** Adds the route to upload contents, before the push that refers to them. */
export function addUploadRoute(app: App, services: Services): void {
  const { connection, reader } = services;
  const { db, blocks } = connection;
  app.put('/-/:owner/:name/content', auditRefusedUpload(services), async (c) => {
    const repository = await accessibleRepository(c, db, 'write');
    if (repository instanceof Response) return repository;
    const length = Number(c.req.header('content-length') ?? 0);
    if (length > LIMITS.uploadBytes) {
      const message = `an upload can have at most ${LIMITS.uploadBytes} bytes: split it into several`;
      return httpError(c, 'TOO_LARGE', message);
    }
    const body = c.req.raw.body;
    if (!body)
      return httpError(c, 'INVALID', 'send a zip archive of blocks, or of contents named by their sha256');
    try {
      const named = uploadRef(c);
      if (named !== null && 'problem' in named) return httpError(c, 'INVALID', named.problem);
      const by = c.get('caller');
      const ref = named && withProvenBase(by.identity, repository, named);
      const into = {
        repositoryId: repository.id,
        by,
        allowances: (settings: string | null) =>
          allowancesFor(db, repository, ref, mayPush(by.identity, repository, ref) ? settings : null),
      };
      const bytes = boundedBody(body, LIMITS.uploadBytes);
      return c.json(await receiveContents({ db, blocks, reader }, into, bytes));
    } catch (error) {
      if (error instanceof ArchiveError) return httpError(c, 'INVALID', error.message);
      // The client disconnected. Contents that arrived completely are kept.
      if (c.req.raw.signal.aborted || (error as Error).name === 'AbortError') {
        return httpError(c, 'INVALID', 'the upload ended early');
      }
      throw error;
    }
  });
}

/** The ref of the push that follows the upload; null when the client does not name one. */
function uploadRef(c: Context): ReturnType<typeof parseRefName> | null {
  const { branch, pullRequest, base } = c.req.query();
  if (branch === undefined && pullRequest === undefined) return null;
  const number = pullRequest === undefined ? null : Number(pullRequest);
  if (number !== null && !Number.isSafeInteger(number)) {
    return { problem: 'pullRequest must be a number', field: 'pullRequest' };
  }
  return parseRefName({ branch, pullRequest: number, base });
}

/**
 * Uploaded settings apply only if the caller can push them: a pull request could name its base
 * branch here.
 */
function mayPush(identity: Identity, repository: Repository, ref: RefName | null): boolean {
  return ref !== null && refusedWrite(identity, repository, { kind: 'push', ref, existing: null }) === null;
}
