import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The data directory cannot be created or written to. The message says why and what to do. */
export class DataDirectoryUnusable extends Error {}

const REASONS: Record<string, string> = {
  ENOTDIR: 'a part of this path is a file',
  EEXIST: 'a file has this name',
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'the file system does not allow it',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'the path has a loop of symbolic links',
};

/**
 * Creates the data directory, with its parents, when it does not exist, and checks that it is writable.
 * @param path absolute
 * @throws DataDirectoryUnusable
 */
export async function makeDataDirectory(path: string): Promise<void> {
  try {
    await makeFolders(path);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new DataDirectoryUnusable(
      `cannot create or write to the data directory ${path}: ${REASONS[code] ?? (code || message)}. Choose ` +
        'another directory with --data or FIXTURE_REGISTRY_DATA, or set DATABASE_URL',
    );
  }
}

/** One `mkdir` for each level: Node's recursive `mkdir` never returns below `/proc`. */
async function makeFolders(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found?.isDirectory()) return;
  // The root of a drive that does not exist is its own parent.
  if (!found && dirname(path) !== path) await makeFolders(dirname(path));
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it in the meantime.
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && (await stat(path)).isDirectory();
    if (!isThere) throw error;
  }
}
