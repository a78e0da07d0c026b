import { and, asc, eq } from 'drizzle-orm';
import { secretAllowances } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import type { SecretAllowance } from '../../vocabulary/allowance.js';

/** What an admin allowed. */
export interface AdminAllowance extends SecretAllowance {
  allowedBy: string;
  allowedAt: Date;
}

/** All that the admins of a repository allowed, in the order of their values. */
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

/** Keeps an allowance; a second one for the same takes the place of the first. */
export async function storeAllowance(
  tx: Database,
  repositoryId: number,
  { by, value, reason, allowedBy }: Pick<AdminAllowance, 'by' | 'value' | 'reason' | 'allowedBy'>,
): Promise<void> {
  const said = { reason, allowedBy, allowedAt: new Date() };
  await tx
    .insert(secretAllowances)
    .values({ repositoryId, kind: by, value, ...said })
    .onConflictDoUpdate({
      target: [secretAllowances.repositoryId, secretAllowances.kind, secretAllowances.value],
      set: said,
    });
}

/** Takes an allowance back. Gives whether there was one. */
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
