import type { Connection } from '../../database/connect.js';
import type { BlockStore } from './block-store.js';
import { databaseBlocks } from './database-blocks.js';
import type { ObjectLocation } from './s3-objects.js';

/** Where the bytes of contents stand, as the configuration says. Whatever it says, those in the database are read. */
export interface ContentPlaces {
  /** Where new ones go; null: into the database. */
  now: ObjectLocation | null;
  /** Where new ones went before: read from there until they are moved. Null: nowhere but the database. */
  before: ObjectLocation | null;
}

/** The database, and the store that holds the bytes of contents. */
export interface StoringConnection extends Connection {
  blocks: BlockStore;
}

/**
 * Opens the store of contents that the configuration names: an S3 bucket, or else the database itself.
 * @param warn receives one line for each failure of the bucket that another place makes up for
 */
export async function keepingBlocks(
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
