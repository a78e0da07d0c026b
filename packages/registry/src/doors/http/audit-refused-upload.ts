import { createMiddleware } from 'hono/factory';
import { recordRefusal } from '../../trust/access/record-refusal.js';
import { ANONYMOUS } from '../../trust/identity/identity.js';
import type { AppEnvironment, Services } from '../request/services.js';

/** Adds every upload that is refused as a whole to the audit log. */
export const auditRefusedUpload = ({ connection, limits }: Services) =>
  createMiddleware<AppEnvironment, '/-/:owner/:name/content'>(async (c, next) => {
    await next();
    // A 503 is an outage, not a refusal.
    if (c.res.status < 400 || c.res.status === 503) return;
    if (c.get('identity') === ANONYMOUS) await limits.failed('anonymous-write', c.get('address'));
    const { owner, name } = c.req.param();
    await recordRefusal(connection.db, c.get('caller'), {
      repository: { owner, name },
      action: 'upload',
      target: null,
      detail: c.get('problem') ?? `HTTP status ${c.res.status}`,
    });
  });
