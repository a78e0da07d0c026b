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
export async function collectStrays(source: ContentSource, options: { dryRun: boolean }): Promise<Strays> {
  const total = { count: 0, bytes: 0, left: 0 };
  const repositories = await rows<{ id: number }>(source.db, sql`select id from repositories order by id`);
  for (const { id } of repositories) {
    for (let after: string | null | undefined; after !== null; ) {
      const page = await collectStrayPage(source, id, after ?? null, options);
      total.count += page.count;
      total.bytes += page.bytes;
      total.left += page.left;
      after = page.next;
    }
  }
  return total;
}

/**
 * The same for one page of the objects of a repository.
 * @param after where the page before ended; null: the first page
 * @returns also where the next page continues; null at the end
 */
export async function collectStrayPage(
  { db, blocks }: ContentSource,
  repositoryId: number,
  after: string | null,
  { dryRun }: { dryRun: boolean },
): Promise<Strays & { next: string | null }> {
  const before = new Date(Date.now() - GRACE);
  const { strays, next } = await blocks.strays(db, repositoryId, before, after);
  const bytes = strays.reduce((sum, stray) => sum + stray.bytes, 0);
  const left = dryRun || strays.length === 0 ? 0 : (await blocks.delete(db, repositoryId, strays)).left;
  return { count: strays.length, bytes, left, next };
}
