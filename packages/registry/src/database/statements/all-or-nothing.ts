import { TransactionRollbackError } from 'drizzle-orm';
import type { Database } from './database.js';

/** Runs a transaction that is rolled back unless its outcome counts as done; the outcome is given either way. */
export async function allOrNothing<Outcome>(
  db: Database,
  isDone: (outcome: Outcome) => boolean,
  attempt: (tx: Database) => Promise<Outcome>,
): Promise<Outcome> {
  let refused: { outcome: Outcome } | null = null;
  try {
    return await db.transaction(async (tx) => {
      const outcome = await attempt(tx);
      if (isDone(outcome)) return outcome;
      refused = { outcome };
      return tx.rollback();
    });
  } catch (error) {
    const ended = refused as { outcome: Outcome } | null;
    if (error instanceof TransactionRollbackError && ended) return ended.outcome;
    throw error;
  }
}
