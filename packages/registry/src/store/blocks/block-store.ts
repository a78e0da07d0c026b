import type { Database } from '../../database/statements/database.js';

/**
 * A block and the location of its bytes: null for the database, else the value of `FIXTURE_REGISTRY_CONTENT`.
 */
export interface BlockPlace {
  id: string;
  location: string | null;
}

/** A block with its expected size in bytes, as stored. */
export interface StoredBlock extends BlockPlace {
  packedSize: number;
}

/** The packed bytes of a block. */
export interface BlockBytes {
  id: string;
  /** The chunks of the block. */
  bytes: Uint8Array[];
}

/** The result of a removal. */
export interface Removal {
  /** The number of blocks whose bytes could not be removed; gc removes them on the next day. */
  left: number;
  /** Whether the store keeps earlier versions of what is removed from it. */
  keepsVersions: boolean;
}

/** An object without a row. */
export interface Stray extends BlockPlace {
  bytes: number;
}

/**
 * Stores the bytes of blocks, in the database or in an object store; their rows are always in the database.
 * The bytes of a block are immutable and its id is never reused, so every copy is either correct or removed.
 *
 * The database stores bytes in the transaction that writes their row. An object store stores them before that
 * transaction, and removes them after the transaction that removes the row. So a crash may leave bytes
 * without a row, never a row without bytes.
 *
 * All methods of an object store throw `BlockStoreError` when the operation fails.
 */
export interface BlockStore {
  /** The location of new blocks; null: the database. */
  location: string | null;
  /** All object stores that may contain blocks, including `location`. */
  outside: string[];
  /** Stores bytes before the transaction that writes their rows. Does nothing for the database. */
  put(db: Database, repositoryId: number, blocks: BlockBytes[]): Promise<void>;
  /** Stores bytes in that transaction, after the rows. Does nothing for an object store. */
  putWithin(tx: Database, repositoryId: number, blocks: BlockBytes[]): Promise<void>;
  /**
   * Reads the bytes of blocks, one block at a time, in any order and with bounded memory. Leaves out missing
   * blocks.
   */
  get(db: Database, repositoryId: number, blocks: StoredBlock[]): AsyncIterable<BlockBytes>;
  /** A presigned URL for the bytes of a block, valid for a limited time; null when the store offers none. */
  addressOf(db: Database, repositoryId: number, block: BlockPlace): Promise<string | null>;
  /** Removes the bytes of blocks whose rows are removed. Does nothing for the database. Does not throw. */
  delete(db: Database, repositoryId: number, blocks: BlockPlace[]): Promise<Removal>;
  /**
   * Looks at a page of the objects, for those without a row that were written before a moment, such as those of a
   * crashed push.
   * @param after where the page before ended; null: the first page
   */
  strays(
    db: Database,
    repositoryId: number,
    before: Date,
    after: string | null,
  ): Promise<{ strays: Stray[]; next: string | null }>;
  /** Checks that the object stores are reachable. Throws `BlockStoreError` when one is not. */
  check(): Promise<void>;
}
