import type { Database } from '../../database/statements/database.js';
import { databaseFailureOf } from '../../database/statements/database-failure.js';
import { limitLockWait, lockRepositoryBlocks } from '../blocks/block-row-store.js';

/** A database, and who may wait how long. */
export interface AloneOn {
  db: Database;
  /** Milliseconds that a step waits for the pushes that run. */
  lockTimeout: number;
}

/**
 * Runs a transaction that holds the lock of a repository alone. Pushes and promotions share this lock, and take it
 * before they choose what they refer to: each one is complete before the work, or begins after it and sees its
 * result. The lock is a statement of its own, so that the next one sees what was committed before.
 * @returns null when others hold the lock for too long: then a later round does the work
 */
export async function aloneOn<Result>(
  { db, lockTimeout }: AloneOn,
  repositoryId: number,
  work: (tx: Database) => Promise<Result>,
): Promise<Result | null> {
  try {
    return await db.transaction(async (tx) => {
      await limitLockWait(tx, lockTimeout);
      await lockRepositoryBlocks(tx, repositoryId);
      return work(tx);
    });
  } catch (error) {
    if (databaseFailureOf(error)?.fault === 'busy') return null;
    throw error;
  }
}
