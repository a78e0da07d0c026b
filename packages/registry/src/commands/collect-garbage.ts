import { collectContents } from '../contents/collect-contents.js';
import type { Connection } from '../database/connect.js';

/** Removes contents that nothing refers to, and prints how much that was. */
export async function collectGarbage({ db }: Connection, options: { dryRun: boolean }): Promise<void> {
  const { count, bytes } = await collectContents(db, options);
  const verb = options.dryRun ? 'would remove' : 'removed';
  console.log(`${verb} ${count} contents (${bytes} bytes as stored) that no snapshot refers to`);
}
