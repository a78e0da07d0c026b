import type { Database } from '../../database/statements/database.js';
import { allowancesFor } from '../checks/allowances-for.js';
import { pushedSecrets } from '../checks/check-secrets.js';
import { missingContents } from '../contents/content-store.js';
import type { RefusedPush } from './push-outcome.js';
import type { PushRequest } from './push-request.js';

/**
 * Checks that all contents are stored, and holds them until the transaction ends: unreferenced contents may
 * be collected at any time, so an earlier check would not be enough. Then checks them for secrets.
 * @returns how many files contain an allowed secret finding, or why the push is refused
 */
export async function checkContents(
  tx: Database,
  request: PushRequest,
): Promise<{ allowedSecrets: number } | RefusedPush> {
  const { repository, ref, add, settings } = request;
  const digests = [...new Set(add.map((file) => file.digest))];
  const missing = await missingContents(tx, repository.id, digests);
  if (missing.length > 0) return { kind: 'content-missing', digests: missing };
  const allowances = await allowancesFor(tx, repository, ref, settings);
  const secrets = await pushedSecrets(tx, repository.id, add, allowances);
  if (secrets.refused.length > 0) return { kind: 'secrets', findings: secrets.refused };
  return { allowedSecrets: secrets.allowed };
}
