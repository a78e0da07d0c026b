import type { Database } from '../../database/statements/database.js';
import type { SinceUnknown } from '../baseline/check-since.js';
import { unknownSince } from '../baseline/check-since.js';
import { allowancesFor } from '../checks/allowances-for.js';
import { type PushedSecrets, pushedSecrets } from '../checks/check-secrets.js';
import { lockContents, missingContents } from '../contents/content-store.js';
import type { RefusedPush } from './push-outcome.js';
import { type PushRequest, requestedDigests } from './push-request.js';

/** A push of more files looks for missing contents before its transaction. */
const LARGE = 5_000;

/**
 * Returns the missing contents of a large push, or the unknown `since`; null when there are none, and for
 * smaller pushes. A transaction has a connection to itself, so other requests would wait in the embedded
 * database for the whole look-up.
 */
export async function findMissingEarly(
  db: Database,
  request: PushRequest,
): Promise<Extract<RefusedPush, { kind: 'content-missing' }> | SinceUnknown | null> {
  if (request.add.length <= LARGE) return null;
  const unknown = await unknownSince(db, request);
  if (unknown) return unknown;
  const missing = await missingContents(db, request.repository.id, await requestedDigests(request));
  return missing.length === 0 ? null : { kind: 'content-missing', digests: missing };
}

/**
 * Checks that all contents are stored, and holds them until the transaction ends: unreferenced contents may
 * be collected at any time, so an earlier check would not be enough. Then checks them for secrets.
 * @returns the findings that do not refuse the push, or why it is refused
 */
export async function checkContents(
  tx: Database,
  request: PushRequest,
): Promise<PushedSecrets | RefusedPush> {
  const { repository, ref, add, settings } = request;
  const missing = await lockContents(tx, repository.id, await requestedDigests(request));
  if (missing.length > 0) return { kind: 'content-missing', digests: missing };
  const allowances = await allowancesFor(tx, repository, ref, settings);
  const secrets = await pushedSecrets(tx, repository.id, add, allowances);
  if (secrets.refused.length > 0) return { kind: 'secrets', findings: secrets.refused };
  return secrets;
}
