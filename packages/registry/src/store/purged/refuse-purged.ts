import type { Database } from '../../database/statements/database.js';
import { describePurge, type Purge } from './purge.js';
import { purgesAmong } from './purge-store.js';

/** Contents that somebody asked for were purged. The message is for them: which ones, why, and what to do. */
export class PurgedContents extends Error {
  override readonly name = 'PurgedContents';

  /** @param purges at least one, by digest */
  constructor(purges: Map<string, Purge>) {
    const [[digest, purge]] = [...purges] as [[string, Purge]];
    const others = purges.size > 1 ? ` (and ${purges.size - 1} more of these contents)` : '';
    super(
      `content ${digest} was ${describePurge(purge)}${others}; ask for a new plan: it leaves out what was purged`,
    );
  }
}

/** Checks that none of the contents was purged. @throws PurgedContents */
export async function refusePurged(db: Database, repositoryId: number, digests: string[]): Promise<void> {
  const purges = await purgesAmong(db, repositoryId, digests);
  if (purges.size > 0) throw new PurgedContents(purges);
}
