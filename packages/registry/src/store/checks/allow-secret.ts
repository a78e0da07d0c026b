import { isDigest } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { SecretAllowance } from '../../vocabulary/allowance.js';
import type { Repository } from '../../vocabulary/repository.js';
import { removeAllowance, storeAllowance } from './allowance-store.js';

const LONGEST = 1_000;

/** The target of an allowance: either a digest or a path pattern. */
export interface AllowanceTarget {
  digest: string | null;
  path: string | null;
}

type Invalid = { kind: 'invalid'; message: string; field: string };

/** Allows a secret finding, with a reason. The audit log records the caller. */
export async function allowSecret(
  db: Database,
  repository: Repository,
  by: Caller,
  request: AllowanceTarget & { reason: string },
): Promise<{ kind: 'allowed'; by: SecretAllowance['by']; value: string } | Invalid> {
  const named = targetOf(request);
  if ('message' in named) return named;
  const reason = request.reason.trim();
  if (reason === '' || reason.length > LONGEST) {
    return {
      kind: 'invalid',
      field: 'reason',
      message: `say why it is not a secret, in at most ${LONGEST} characters`,
    };
  }
  await db.transaction(async (tx) => {
    await storeAllowance(tx, repository.id, { ...named, reason, allowedBy: by.identity.who });
    await recordAudit(tx, {
      repositoryId: repository.id,
      by,
      action: 'secret.allow',
      target: named.value,
      outcome: 'DONE',
      detail: reason,
    });
  });
  return { kind: 'allowed', ...named };
}

/** Removes an allowance. Recordings that were pushed under it remain. */
export async function disallowSecret(
  db: Database,
  repository: Repository,
  by: Caller,
  target: AllowanceTarget,
): Promise<
  | { kind: 'disallowed'; by: SecretAllowance['by']; value: string }
  | Invalid
  | { kind: 'not-found'; message: string }
> {
  const named = targetOf(target);
  if ('message' in named) return named;
  const removed = await db.transaction(async (tx) => {
    const existed = await removeAllowance(tx, repository.id, named);
    if (existed) {
      await recordAudit(tx, {
        repositoryId: repository.id,
        by,
        action: 'secret.disallow',
        target: named.value,
        outcome: 'DONE',
        detail: null,
      });
    }
    return existed;
  });
  return removed
    ? { kind: 'disallowed', ...named }
    : { kind: 'not-found', message: `no admin allowed ${named.value}` };
}

function targetOf({ digest, path }: AllowanceTarget): Pick<SecretAllowance, 'by' | 'value'> | Invalid {
  if ((digest === null) === (path === null)) {
    return { kind: 'invalid', field: 'digest', message: 'name either a digest or a path (a pattern)' };
  }
  if (digest !== null) {
    if (isDigest(digest)) return { by: 'DIGEST', value: digest };
    return {
      kind: 'invalid',
      field: 'digest',
      message: 'a digest is the sha256 in 64 lower-case hex digits',
    };
  }
  const value = path ?? '';
  if (value !== '' && value.length <= LONGEST && !value.includes('\0')) return { by: 'PATH', value };
  return { kind: 'invalid', field: 'path', message: `a path pattern has 1 to ${LONGEST} characters` };
}
