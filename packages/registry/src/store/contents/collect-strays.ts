import { sql } from 'drizzle-orm';
import { rows } from '../../database/statements/database.js';
import type { ContentSource } from './load-contents.js';

/** How long bytes may wait for their row: far longer than a push takes to write it. */
const GRACE = 24 * 3_600_000;

/** What was found outside of the database, and what of it could not be removed. */
export interface Strays {
  count: number;
  bytes: number;
  left: number;
}

/**
 * Removes bytes outside of the database that have no row: a push died before it wrote the row, or they could not be removed
 * after it was gone.
 */
export async function collectStrays(
  { db, blocks }: ContentSource,
  { dryRun }: { dryRun: boolean },
): Promise<Strays> {
  const total = { count: 0, bytes: 0, left: 0 };
  const before = new Date(Date.now() - GRACE);
  const repositories = await rows<{ id: number }>(db, sql`select id from repositories order by id`);
  for (const { id } of repositories) {
    for await (const strays of blocks.strays(db, id, before)) {
      total.count += strays.length;
      total.bytes += strays.reduce((sum, { bytes }) => sum + bytes, 0);
      if (!dryRun) total.left += (await blocks.delete(db, id, strays)).left;
    }
  }
  return total;
}
