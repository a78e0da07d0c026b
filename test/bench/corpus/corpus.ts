import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface CorpusFile {
  /** Relative to the corpus' folder, with `/`. */
  path: string;
  /** Bytes */
  size: number;
  /** sha256 of the bytes, in hex */
  digest: string;
}

/** A set of recordings on disk. Nothing writes to its folder: contestants get copies. */
export interface Corpus extends AsyncDisposable {
  /** What it is, for the head of the table. */
  name: string;
  folder: string;
  /** By path. */
  files: CorpusFile[];
}

/** Reads what lies in a folder, without what git and the client keep there for themselves. */
export async function filesIn(folder: string): Promise<CorpusFile[]> {
  const files: CorpusFile[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    if (!entry.isFile() || /^\.(git|fixtures)\//.test(path)) continue;
    const bytes = await readFile(join(folder, path));
    files.push({ path, size: bytes.length, digest: createHash('sha256').update(bytes).digest('hex') });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * @throws where a folder is not, byte for byte, what was to be there: a fast contestant that is wrong must
 * not win
 */
export async function requireSame(what: string, folder: string, expected: CorpusFile[]): Promise<void> {
  const found = new Map((await filesIn(folder)).map((file) => [file.path, file.digest]));
  const wrong = expected.filter(({ path, digest }) => found.get(path) !== digest);
  const more = found.size - (expected.length - expected.filter(({ path }) => !found.has(path)).length);
  if (wrong.length === 0 && more === 0) return;
  throw new Error(
    `${what} gave ${wrong.length} of ${expected.length} files wrongly or not at all (the first is ${wrong[0]?.path}), and ${more} that do not belong there`,
  );
}
