import { sql } from 'drizzle-orm';
import { rows } from '../../database/statements/database.js';
import type { ContentSource } from './load-contents.js';

/** How long an object without a row is kept: far longer than a push takes to write the row. */
const GRACE = 24 * 3_600_000;

/** The found objects, and the number that could not be removed (`left`). */
export interface Strays {
  count: number;
  bytes: number;
  left: number;
}

/**
 * Removes objects without a row from the object stores: a push crashed before it wrote the row, or an earlier
 * removal failed.
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
