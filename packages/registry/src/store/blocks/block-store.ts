import type { Database } from '../../database/statements/database.js';

/** Which block, and where its bytes stand: null for the database, else as `FIXTURE_REGISTRY_CONTENT` named it. */
export interface BlockPlace {
  id: string;
  location: string | null;
}

/** A block that is to be had: with the bytes, as stored, that it must have. */
export interface StoredBlock extends BlockPlace {
  packedSize: number;
}

/** The packed bytes of a block, under the id that its row has. */
export interface BlockBytes {
  id: string;
  /** In chunks; together they are the block. */
  bytes: Uint8Array[];
}

/** What became of bytes that were to be removed. */
export interface Removal {
  /** Blocks whose bytes could not be removed now; the next day's gc finds them. */
  left: number;
  /** Whether the store keeps earlier versions of what is removed from it. */
  keepsVersions: boolean;
}

/** Bytes without a row. */
export interface Stray extends BlockPlace {
  bytes: number;
}

/**
 * Where the bytes of blocks stand; what is known of them stands in the database whichever it is. A block's bytes never change
 * and its id is never used again, so any copy of them is right or gone.
 *
 * A store within the database keeps bytes in the transaction that writes their row; one outside keeps them before that transaction
 * and removes them after the one that removes the row. What a crash leaves behind in between are bytes without a row, never
 * a row without bytes.
 *
 * One outside throws `BlockStoreError` where it cannot do what it is asked.
 */
export interface BlockStore {
  /** Where new blocks come to stand. */
  location: string | null;
  /** Every place outside of the database that older ones may stand in and are read from, that of new ones included. */
  outside: string[];
  /** Takes in bytes before the transaction that writes their rows; nothing, where they go into the database. */
  put(db: Database, repositoryId: number, blocks: BlockBytes[]): Promise<void>;
  /** Takes in bytes within that transaction, after the rows; nothing, where `put` did. */
  putWithin(tx: Database, repositoryId: number, blocks: BlockBytes[]): Promise<void>;
  /**
   * Gives the bytes of blocks, one block at a time, in any order and with bounded memory. A block that is not there (any more) is
   * left out, whole.
   */
  get(db: Database, repositoryId: number, blocks: StoredBlock[]): AsyncIterable<BlockBytes>;
  /** An address at which anybody may read the bytes of a block for a while; null where they are to be had from here alone. */
  addressOf(db: Database, repositoryId: number, block: BlockPlace): Promise<string | null>;
  /** Removes the bytes of blocks whose rows are gone for good; nothing, where they went with the rows. Does not throw. */
  delete(db: Database, repositoryId: number, blocks: BlockPlace[]): Promise<Removal>;
  /** Gives what stands outside of the database since before a moment and has no row, as a push leaves it that died. */
  strays(db: Database, repositoryId: number, before: Date): AsyncIterable<Stray[]>;
  /** Asks a store outside of the database whether it is there. Throws `BlockStoreError` when it is not. */
  check(): Promise<void>;
}
