import type { Connection } from '../../database/connect.js';
import type { BlockStore } from './block-store.js';
import { databaseBlocks } from './database-blocks.js';
import type { ObjectLocation } from './s3-objects.js';

/** The configured object stores. Bytes in the database are always readable. */
export interface ContentPlaces {
  /** The store of new blocks; null: the database. */
  now: ObjectLocation | null;
  /** The former store, which is read until its blocks are moved; null: none. */
  before: ObjectLocation | null;
}

/** A database connection with its block store. */
export interface StoringConnection extends Connection {
  blocks: BlockStore;
}

/**
 * Opens the configured block store: an S3 bucket, or the database itself.
 * @param warn receives a line about each failure of the bucket that does not fail the request
 */
export async function withBlockStore(
  connection: Connection,
  { now, before }: ContentPlaces,
  warn: (line: string, cause: unknown) => void,
): Promise<StoringConnection> {
  if (now === null && before === null) return { ...connection, blocks: databaseBlocks };
  const [{ openS3 }, { objectBlocks }] = await Promise.all([
    import('./s3-objects.js'),
    import('./object-blocks.js'),
  ]);
  const stores = { now: now && (await openS3(now)), before: before && (await openS3(before)) };
  return { ...connection, blocks: objectBlocks(stores, warn) };
}
