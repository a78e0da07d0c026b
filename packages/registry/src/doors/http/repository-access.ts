import type { Context } from 'hono';
import type { Database } from '../../database/statements/database.js';
import { refusedWrite } from '../../trust/access/may-write.js';
import { lacks, may, type Scope } from '../../trust/identity/identity.js';
import { findRepository } from '../../trust/repositories/repository-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import { httpError } from '../request/http-error.js';
import type { AppEnvironment } from '../request/services.js';

/** The repository of a route if the caller has the scope for it, otherwise an error response. */
export async function accessibleRepository(
  c: Context<AppEnvironment>,
  db: Database,
  scope: Scope,
): Promise<Repository | Response> {
  const { owner = '', name = '' } = c.req.param() as Record<string, string>;
  const identity = c.get('identity');
  const repository = await findRepository(db, owner, name);
  if (!repository || !may(identity, 'read', repository)) {
    const message = `the repository ${owner}/${name} does not exist, or this token cannot read it`;
    return httpError(c, 'NOT_FOUND', message);
  }
  if (!may(identity, scope, repository)) {
    return httpError(c, 'FORBIDDEN', lacks(identity, scope, repository));
  }
  const refused = scope === 'write' ? refusedWrite(identity, repository, { kind: 'upload' }) : null;
  if (refused) return httpError(c, 'FORBIDDEN', refused);
  return repository;
}
