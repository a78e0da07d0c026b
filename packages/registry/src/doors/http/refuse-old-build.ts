import { createMiddleware } from 'hono/factory';
import type { Connection } from '../../database/connect.js';
import { refusalOf } from '../../database/migrations/schema-state.js';
import type { AppEnvironment } from '../request/services.js';
import { databaseFailureAnswer } from './failure-answer.js';

/** Milliseconds until the database is asked again: so long may a process not notice that it is too old. */
const FRESH = 1_000;

/** Seconds after which another process may answer. */
const RETRY_AFTER = 3;

/**
 * Refuses requests while the database has another schema than this build works with. A newer process may migrate it while
 * this one runs: no answer is better than failing statements, or rows that no other build understands.
 */
export function refuseOldBuild(connection: Connection) {
  const refusal = recentRefusal(connection);
  return createMiddleware<AppEnvironment>(async (c, next) => {
    // The embedded database belongs to this process: nobody else migrates it.
    const reason = connection.kind === 'embedded' ? null : await refusal();
    if (reason === null) return next();
    return databaseFailureAnswer(c, { message: reason, retryAfter: RETRY_AFTER });
  });
}

/** Why this build must not use the database; null where it may, or where the database does not answer. */
function recentRefusal(connection: Connection): () => Promise<string | null> {
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<string | null> = Promise.resolve(null);
  return () => {
    if (performance.now() - asked < FRESH) return answer;
    asked = performance.now();
    const before = answer;
    // Without an answer the last one counts: what the request itself asks will fail and say why.
    answer = connection.schemaState().then(refusalOf, () => before);
    return answer;
  };
}
