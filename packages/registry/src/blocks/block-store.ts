import type { Database } from '../database/database.js';

/** The packed bytes of a block, under the id that its row has. */
export interface BlockBytes {
  id: string;
  /** In chunks; together they are the block. */
  bytes: Uint8Array[];
}

/**
 * Where the bytes of blocks stand; what is known of them stands in the database whichever it is. A block's bytes never change
 * and its id is never used again, so any copy of them is right or gone.
 *
 * A store within the database keeps bytes in the transaction that writes their row; one outside keeps them before that transaction
 * and removes them after the one that removes the row. What a crash leaves behind in between are bytes without a row, never
 * a row without bytes.
 */
export interface BlockStore {
  /** Takes in bytes before the transaction that writes their rows; nothing, where they go into the database. */
  put(repositoryId: number, blocks: BlockBytes[]): Promise<void>;
  /** Takes in bytes within that transaction, after the rows; nothing, where `put` did. */
  putWithin(tx: Database, repositoryId: number, blocks: BlockBytes[]): Promise<void>;
  /**
   * Gives the bytes of blocks, one block at a time, in any order and with bounded memory: `packedSize` says what to expect. A block
   * that is not there (any more) is left out, whole.
   */
  get(
    db: Database,
    repositoryId: number,
    blocks: { id: string; packedSize: number }[],
  ): AsyncIterable<BlockBytes>;
  /** Removes the bytes of blocks whose rows are gone for good; nothing, where they went with the rows. */
  delete(repositoryId: number, ids: string[]): Promise<void>;
}
