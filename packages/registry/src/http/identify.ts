import type { Context } from 'hono';
import { authenticate } from '../access/authenticate.js';
import { ANONYMOUS, type Identity } from '../access/identity.js';
import { NO_REPOSITORY } from '../audit/audit-event.js';
import { recordAudit } from '../audit/audit-store.js';
import { httpError, tooManyRequests } from './http-error.js';
import type { AppEnvironment, Services } from './services.js';

/** Seconds after which an issuer that does not answer is worth another try. */
const RETRY_AFTER = 3;

/** Nobody is known yet: the one whose credential was not valid. */
const UNKNOWN: Identity = { ...ANONYMOUS, who: 'unknown' };

/**
 * Who sends this `Authorization` header; or why it is refused. An address that fails too often is not
 * heard for a while, whatever it sends. All credentials come through here, those of forms and sessions too.
 * @returns the answer to give, where the address has to wait
 */
export async function identify(
  c: Context<AppEnvironment>,
  services: Services,
  header: string | undefined,
): Promise<Identity | { refused: string } | Response> {
  const { authenticators, limits, connection } = services;
  const address = c.get('address');
  const wait = await limits.waitOf(address);
  if (wait !== null) return tooManyRequests(c, wait);
  const identity = await authenticate(header, authenticators);
  if ('unavailable' in identity) {
    c.header('retry-after', String(RETRY_AFTER));
    return httpError(c, 'UNAVAILABLE', `nobody can be identified now: ${identity.unavailable}`);
  }
  if (!('refused' in identity)) return identity;
  await limits.failed(address);
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
}
