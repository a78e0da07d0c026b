import type { Connection } from '../database/connect.js';
import type { ObjectLocation } from './s3-objects.js';

/** Makes new blocks go to where the configuration says; null: into the database, where a connection keeps them by itself. */
export async function keepingBlocks(
  connection: Connection,
  content: ObjectLocation | null,
  warn: (line: string, cause: unknown) => void,
): Promise<Connection> {
  if (content === null) return connection;
  const [{ openS3 }, { objectBlocks }] = await Promise.all([
    import('./s3-objects.js'),
    import('./object-blocks.js'),
  ]);
  return { ...connection, blocks: objectBlocks(await openS3(content), warn) };
}
