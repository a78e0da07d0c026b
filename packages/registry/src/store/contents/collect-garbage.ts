import type { StoringConnection } from '../blocks/open-block-store.js';
import { collectContents } from './collect-contents.js';
import { collectStrays } from './collect-strays.js';
import { compactBlocks } from './compact-blocks.js';
import { tidyBlocks } from './tidy-blocks.js';
import { WorkBudget } from './work-budget.js';

/** Maximum number of bytes that one run repacks. */
const PACKED_PER_RUN = 512 * 1024 * 1024;

/**
 * Removes contents that no snapshot refers to, and repacks the remaining blocks.
 * @param print receives what was done, one line for each step
 */
export async function collectGarbage(
  connection: StoringConnection,
  options: { dryRun: boolean },
  print: (line: string) => void,
): Promise<void> {
  const verb = (done: string, would: string) => (options.dryRun ? `would ${would}` : done);
  const { count, bytes } = await collectContents(connection.db, options);
  print(
    `${verb('removed', 'remove')} ${count} contents (${bytes} bytes, uncompressed) that no snapshot ` +
      'refers to',
  );
  const budget = new WorkBudget(PACKED_PER_RUN);
  const tidied = await tidyBlocks(connection, budget, options);
  const { removed, repacked } = tidied;
  print(
    `${verb('removed', 'remove')} ${removed} empty blocks, and ${verb('repacked', 'repack')} ${repacked} ` +
      'without their removed contents' +
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
  if (budget.exhausted) print('more blocks can be repacked: run gc again');
}

/** Repacking can also increase the size, when little was removed from a large block. */
function freed(bytes: number, dryRun: boolean): string {
  if (dryRun) return '';
  return bytes >= 0 ? ` (${bytes} stored bytes less)` : ` (${-bytes} stored bytes more)`;
}
