import type { StoringConnection } from '../../store/blocks/open-block-store.js';
import { collectContents } from '../../store/contents/collect-contents.js';
import { collectStrays } from '../../store/contents/collect-strays.js';
import { compactBlocks } from '../../store/contents/compact-blocks.js';
import { tidyBlocks } from '../../store/contents/tidy-blocks.js';
import { WorkBudget } from '../../store/contents/work-budget.js';

/** Maximum number of bytes that one run repacks. */
const PACKED_PER_RUN = 512 * 1024 * 1024;

/** Removes contents that no snapshot refers to, repacks the remaining blocks, and prints what it did. */
export async function collectGarbage(
  connection: StoringConnection,
  options: { dryRun: boolean },
): Promise<void> {
  const verb = (done: string, would: string) => (options.dryRun ? `would ${would}` : done);
  const { count, bytes } = await collectContents(connection.db, options);
  console.log(
    `${verb('removed', 'remove')} ${count} contents (${bytes} bytes, uncompressed) that no snapshot ` +
      'refers to',
  );
  const budget = new WorkBudget(PACKED_PER_RUN);
  const tidied = await tidyBlocks(connection, budget, options);
  const { removed, repacked } = tidied;
  console.log(
    `${verb('removed', 'remove')} ${removed} empty blocks, and ${verb('repacked', 'repack')} ${repacked} ` +
      'without their removed contents' +
      freed(tidied.freed, options.dryRun),
  );
  const compacted = await compactBlocks(connection, budget, options);
  console.log(
    `${verb('packed', 'pack')} ${compacted.from} small blocks together into ${compacted.into}` +
      freed(compacted.freed, options.dryRun),
  );
  if (connection.blocks.outside.length > 0) {
    const strays = await collectStrays(connection, options);
    const left = strays.left > 0 ? `; ${strays.left} of them could not be removed` : '';
    console.log(
      `${verb('removed', 'remove')} ${strays.count} objects (${strays.bytes} bytes) that belong to no ` +
        `block${left}`,
    );
  }
  if (budget.exhausted) console.log('more blocks can be repacked: run gc again');
}

/** Repacking can also increase the size, when little was removed from a large block. */
function freed(bytes: number, dryRun: boolean): string {
  if (dryRun) return '';
  return bytes >= 0 ? ` (${bytes} stored bytes less)` : ` (${-bytes} stored bytes more)`;
}
