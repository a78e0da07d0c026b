import { and, asc, eq } from 'drizzle-orm';
import { secretAllowances } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import type { SecretAllowance } from '../../vocabulary/allowance.js';

/** An allowance of an admin. */
export interface AdminAllowance extends SecretAllowance {
  allowedBy: string;
  allowedAt: Date;
}

/** The allowances of a repository's admins, ordered by kind and value. */
export async function adminAllowances(db: Database, repositoryId: number): Promise<AdminAllowance[]> {
  const found = await db
    .select()
    .from(secretAllowances)
    .where(eq(secretAllowances.repositoryId, repositoryId))
    .orderBy(asc(secretAllowances.kind), asc(secretAllowances.value));
  return found.map(({ kind, value, reason, allowedBy, allowedAt }) => ({
    ...{ by: kind, value, kind: null, reason, allowedBy, allowedAt },
  }));
}

/** Stores an allowance, and replaces an earlier one with the same target. */
export async function storeAllowance(
  tx: Database,
  repositoryId: number,
  { by, value, reason, allowedBy }: Pick<AdminAllowance, 'by' | 'value' | 'reason' | 'allowedBy'>,
): Promise<void> {
  const details = { reason, allowedBy, allowedAt: new Date() };
  await tx
    .insert(secretAllowances)
    .values({ repositoryId, kind: by, value, ...details })
    .onConflictDoUpdate({
      target: [secretAllowances.repositoryId, secretAllowances.kind, secretAllowances.value],
      set: details,
    });
}

/** Removes an allowance. Returns whether it existed. */
export async function removeAllowance(
  tx: Database,
  repositoryId: number,
  { by, value }: Pick<SecretAllowance, 'by' | 'value'>,
): Promise<boolean> {
  const removed = await tx
    .delete(secretAllowances)
    .where(
      and(
        eq(secretAllowances.repositoryId, repositoryId),
        eq(secretAllowances.kind, by),
        eq(secretAllowances.value, value),
      ),
    )
    .returning({ value: secretAllowances.value });
  return removed.length > 0;
}
