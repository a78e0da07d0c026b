import type { Connection } from '../database/connect.js';
import type { ObjectLocation } from './s3-objects.js';

/** Where the bytes of contents stand, as the configuration says. Whatever it says, those in the database are read. */
export interface ContentPlaces {
  /** Where new ones go; null: into the database. */
  now: ObjectLocation | null;
  /** Where new ones went before: read from there until they are moved. Null: nowhere but the database. */
  before: ObjectLocation | null;
}

/** Makes blocks stand where the configuration says; where that is the database alone, a connection keeps them by itself. */
export async function keepingBlocks(
  connection: Connection,
  { now, before }: ContentPlaces,
  warn: (line: string, cause: unknown) => void,
): Promise<Connection> {
  if (now === null && before === null) return connection;
  const [{ openS3 }, { objectBlocks }] = await Promise.all([
    import('./s3-objects.js'),
    import('./object-blocks.js'),
  ]);
  const stores = { now: now && (await openS3(now)), before: before && (await openS3(before)) };
  return { ...connection, blocks: objectBlocks(stores, warn) };
}
