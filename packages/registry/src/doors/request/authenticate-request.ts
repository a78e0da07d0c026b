import type { Context } from 'hono';
import { authenticate } from '../../trust/access/authenticate.js';
import { NO_REPOSITORY } from '../../trust/audit/audit-event.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import { ANONYMOUS, type Identity } from '../../trust/identity/identity.js';
import { callerKey } from '../limits/rate-limits.js';
import { httpError, tooManyRequests } from './http-error.js';
import type { AppEnvironment, Services } from './services.js';

/** Seconds after which a request can be retried when the OIDC issuer does not respond. */
const RETRY_AFTER = 3;

/** The caller of an invalid credential, in the audit log. */
const UNKNOWN: Identity = { ...ANONYMOUS, who: 'unknown' };

/**
 * Authenticates an `Authorization` header. All credentials are checked here, including those of
 * forms and sessions. A valid credential is accepted even from an address above its limit, because
 * callers share addresses.
 * @returns the identity, why the credential is refused, or an error response
 */
export async function authenticateRequest(
  c: Context<AppEnvironment>,
  services: Services,
  header: string | undefined,
): Promise<Identity | { refused: string } | Response> {
  const { authenticators, limits, connection } = services;
  const address = c.get('address');
  const wait = await limits.waitOf('credential', address);
  const identity = wait === null ? await authenticate(header, authenticators) : await authenticateInTurn();
  if ('unavailable' in identity) {
    c.header('retry-after', String(RETRY_AFTER));
    return httpError(c, 'UNAVAILABLE', `cannot authenticate: ${identity.unavailable}`);
  }
  if (identity === ANONYMOUS) {
    const pause = await limits.waitOf('anonymous-write', address);
    return pause === null ? identity : tooManyRequests(c, pause);
  }
  if (!('refused' in identity)) return identity;
  if (wait !== null) return tooManyRequests(c, wait);
  await limits.failed('credential', address);
  // Only writes are logged. A GraphQL request counts as a write, because its body is not read yet.
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
    await recordAudit(connection.db, {
      repositoryId: NO_REPOSITORY,
      by: { identity: UNKNOWN, address, requestId: c.get('requestId') },
      action: 'authenticate',
      target: `${c.req.method} ${c.req.path}`,
      outcome: 'REFUSED',
      detail: identity.refused,
    });
  }
  return identity;

  /** Looks up credentials from an address with many invalid ones a few at a time, to bound their cost. */
  async function authenticateInTurn() {
    if (header === undefined) return ANONYMOUS;
    const turn = services.authentications.turn(callerKey(ANONYMOUS, address), () => c.req.raw.signal);
    try {
      await turn.take();
      return await authenticate(header, authenticators);
    } finally {
      turn.release();
    }
  }
}
