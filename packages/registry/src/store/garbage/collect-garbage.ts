import type { StoringConnection } from '../blocks/open-block-store.js';
import { collectStrays } from '../contents/collect-strays.js';
import { compactBlocks } from '../contents/compact-blocks.js';
import { tidyBlocks } from '../contents/tidy-blocks.js';
import { WorkBudget } from '../contents/work-budget.js';
import { previewRemoval } from '../retention/preview-removal.js';
import { countWaiting } from '../retention/remove-entries.js';
import { describeRemoved, type Removed } from '../retention/removed.js';
import { runAllRounds } from './run-all-rounds.js';

/** Maximum number of bytes that one run repacks. */
const PACKED_PER_RUN = 512 * 1024 * 1024;

/**
 * Removes what retention no longer keeps and contents that no snapshot refers to, and repacks the remaining blocks.
 * In contrast to the rounds within `serve`, it also looks at every block.
 * @param print receives what was done, one line for each step
 */
export async function collectGarbage(
  connection: StoringConnection,
  options: { dryRun: boolean },
  print: (line: string) => void,
): Promise<void> {
  const verb = (done: string, would: string) => (options.dryRun ? `would ${would}` : done);
  const { removed, unreadable } = options.dryRun
    ? await previewRemoval(connection.db)
    : await runAllRounds(connection);
  print(
    `${verb('removed', 'remove')} ${removed.contents} contents (${removed.contentBytes} bytes, uncompressed) that ` +
      'no snapshot refers to',
  );
  const budget = new WorkBudget(PACKED_PER_RUN);
  const tidied = await tidyBlocks(connection, budget, options);
  print(
    `${verb('removed', 'remove')} ${tidied.removed} empty blocks, and ${verb('repacked', 'repack')} ` +
      `${tidied.repacked} without their removed contents` +
      freed(tidied.freed, options.dryRun),
  );
  const compacted = await compactBlocks(connection, budget, options);
  print(
    `${verb('packed', 'pack')} ${compacted.from} small blocks together into ${compacted.into}` +
      freed(compacted.freed, options.dryRun),
  );
  if (connection.blocks.outside.length > 0) {
    const strays = await collectStrays(connection, options);
    const left = strays.left > 0 ? `; ${strays.left} of them could not be removed` : '';
    print(
      `${verb('removed', 'remove')} ${strays.count} objects (${strays.bytes} bytes) that belong to no ` +
        `block${left}`,
    );
  }
  printRetention(removed, verb('removed', 'remove'), print);
  for (const { name, problems } of unreadable) {
    print(`kept everything in ${name}, because its settings cannot be read: ${problems.join('; ')}`);
  }
  const waiting = await countWaiting(connection.db);
  if (waiting > 0) {
    print(
      `the recordings of ${waiting} removed snapshots and pull requests stay for an hour, for requests that still ` +
        'read them; then a registry that runs removes them, or gc',
    );
  }
  if (budget.exhausted) print('more blocks can be repacked: run gc again');
}

/** What the settings of the repositories no longer keep; nothing when they keep everything. */
function printRetention(removed: Removed, verb: string, print: (line: string) => void): void {
  const words = describeRemoved({ ...removed, contents: 0 });
  if (words !== null) print(`${verb} ${words} that retention no longer keeps`);
}

/** Repacking can also increase the size, when little was removed from a large block. */
function freed(bytes: number, dryRun: boolean): string {
  if (dryRun) return '';
  return bytes >= 0 ? ` (${bytes} stored bytes less)` : ` (${-bytes} stored bytes more)`;
}
