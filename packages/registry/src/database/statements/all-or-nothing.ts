import { TransactionRollbackError } from 'drizzle-orm';
import type { Database } from './database.js';

/** Runs a transaction, and rolls it back unless its outcome is done. Returns the outcome in both cases. */
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
