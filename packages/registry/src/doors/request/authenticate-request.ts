import type { Context } from 'hono';
import { authenticate } from '../../trust/access/authenticate.js';
import { NO_REPOSITORY } from '../../trust/audit/audit-event.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import { ANONYMOUS, type Identity } from '../../trust/identity/identity.js';
import { callerKey } from '../limits/rate-limits.js';
import { httpError, tooManyRequests } from './http-error.js';
import type { AppEnvironment, Services } from './services.js';

/** Seconds after which an issuer that does not answer is worth another try. */
const RETRY_AFTER = 3;

/** Nobody is known yet: the one whose credential was not valid. */
const UNKNOWN: Identity = { ...ANONYMOUS, who: 'unknown' };

/**
 * Authenticates an `Authorization` header, or says why it is refused. A valid credential is always accepted: others
 * may share its address. All credentials come through here, those of forms and sessions too.
 * @returns the answer to give, where the address has to wait
 */
export async function identify(
  c: Context<AppEnvironment>,
  services: Services,
  header: string | undefined,
): Promise<Identity | { refused: string } | Response> {
  const { authenticators, limits, connection } = services;
  const address = c.get('address');
  const wait = await limits.waitOf('credential', address);
  const identity = wait === null ? await authenticate(header, authenticators) : await judgeInTurn();
  if ('unavailable' in identity) {
    c.header('retry-after', String(RETRY_AFTER));
    return httpError(c, 'UNAVAILABLE', `nobody can be identified now: ${identity.unavailable}`);
  }
  if (identity === ANONYMOUS) {
    const pause = await limits.waitOf('anonymous-write', address);
    return pause === null ? identity : tooManyRequests(c, pause);
  }
  if (!('refused' in identity)) return identity;
  if (wait !== null) return tooManyRequests(c, wait);
  await limits.failed('credential', address);
  // To be nobody and to read is no attempt to write. What a GraphQL request wants is not known: it was not read.
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

  /** Credentials from an address with many invalid ones are looked up one at a time, so that they stay cheap. */
  async function judgeInTurn() {
    if (header === undefined) return ANONYMOUS;
    const turn = services.judgements.turn(callerKey(ANONYMOUS, address), () => c.req.raw.signal);
    try {
      await turn.take();
      return await authenticate(header, authenticators);
    } finally {
      turn.release();
    }
  }
}
