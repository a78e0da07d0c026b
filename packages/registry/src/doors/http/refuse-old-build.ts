import { createMiddleware } from 'hono/factory';
import type { Connection } from '../../database/connect.js';
import { refusalOf } from '../../database/migrations/schema-state.js';
import type { AppEnvironment } from '../request/services.js';
import { databaseFailureResponse } from './failure-response.js';

/**
 * How long the schema state is cached, in milliseconds. A process notices a newer schema after at
 * most this time.
 */
const CACHE_TIME = 1_000;

/** Seconds after which a client can retry, with another process. */
const RETRY_AFTER = 3;

/**
 * Refuses requests while the database has a schema that this build does not support. A newer
 * process can migrate the database while this one runs. Refusing is better than failing statements,
 * or rows that newer builds cannot read.
 */
export function refuseOldBuild(connection: Connection) {
  const refusal = recentRefusal(connection);
  return createMiddleware<AppEnvironment>(async (c, next) => {
    // The embedded database is open in this process only, so no other process migrates it.
    const reason = connection.kind === 'embedded' ? null : await refusal();
    if (reason === null) return next();
    return databaseFailureResponse(c, { message: reason, retryAfter: RETRY_AFTER });
  });
}

/** Why this build must not use the database; null when it can, or when the database does not answer. */
function recentRefusal(connection: Connection): () => Promise<string | null> {
  let checkedAt = Number.NEGATIVE_INFINITY;
  let refusal: Promise<string | null> = Promise.resolve(null);
  return () => {
    if (performance.now() - checkedAt < CACHE_TIME) return refusal;
    checkedAt = performance.now();
    const previous = refusal;
    // When the database does not answer, the previous result stays: the request itself then fails
    // with the reason.
    refusal = connection.schemaState().then(refusalOf, () => previous);
    return refusal;
  };
}
