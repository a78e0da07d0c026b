import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The name of the database's folder in the data directory. */
export const DATABASE_FOLDER = 'database';

/** What a data directory contains: `empty` has no file (a new volume has `lost+found`), `other` has files but no database. */
export type DataDirectoryState = 'absent' | 'file' | 'empty' | 'other' | 'database';

/** Looks for an embedded database without changing anything. @throws the error of the file system */
export async function findDatabase(directory: string): Promise<DataDirectoryState> {
  const found = await stat(directory).catch(unlessMissing);
  if (!found) return 'absent';
  if (!found.isDirectory()) return 'file';
  if (await stat(join(directory, DATABASE_FOLDER, 'PG_VERSION')).catch(unlessMissing)) return 'database';
  return (await readdir(directory)).every((name) => name === 'lost+found') ? 'empty' : 'other';
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
