import { isDigest } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { SecretAllowance } from '../../vocabulary/allowance.js';
import type { Repository } from '../../vocabulary/repository.js';
import { removeAllowance, storeAllowance } from './allowance-store.js';

const LONGEST = 1_000;

/** What an admin names: one of a digest and a pattern of paths. */
export interface AllowanceTarget {
  digest: string | null;
  path: string | null;
}

type Invalid = { kind: 'invalid'; message: string; field: string };

/** Allows what looks like a secret, with a reason; the audit log says who did. */
export async function allowSecret(
  db: Database,
  repository: Repository,
  by: Caller,
  wish: AllowanceTarget & { reason: string },
): Promise<{ kind: 'allowed'; by: SecretAllowance['by']; value: string } | Invalid> {
  const named = targetOf(wish);
  if ('message' in named) return named;
  const reason = wish.reason.trim();
  if (reason === '' || reason.length > LONGEST) {
    return {
      kind: 'invalid',
      field: 'reason',
      message: `say why it is no secret, in at most ${LONGEST} characters`,
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

/** Takes an allowance back. Recordings that were pushed under it stay. */
export async function disallowSecret(
  db: Database,
  repository: Repository,
  by: Caller,
  wish: AllowanceTarget,
): Promise<
  | { kind: 'disallowed'; by: SecretAllowance['by']; value: string }
  | Invalid
  | { kind: 'not-found'; message: string }
> {
  const named = targetOf(wish);
  if ('message' in named) return named;
  const removed = await db.transaction(async (tx) => {
    const there = await removeAllowance(tx, repository.id, named);
    if (there) {
      await recordAudit(tx, {
        repositoryId: repository.id,
        by,
        action: 'secret.disallow',
        target: named.value,
        outcome: 'DONE',
        detail: null,
      });
    }
    return there;
  });
  return removed
    ? { kind: 'disallowed', ...named }
    : { kind: 'not-found', message: `no admin allowed ${named.value}` };
}

function targetOf({ digest, path }: AllowanceTarget): Pick<SecretAllowance, 'by' | 'value'> | Invalid {
  if ((digest === null) === (path === null)) {
    return { kind: 'invalid', field: 'digest', message: 'name one of digest and path (a pattern)' };
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
  return { kind: 'invalid', field: 'path', message: `a pattern of paths has 1 to ${LONGEST} characters` };
}
