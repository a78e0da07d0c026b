import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeTemporaryFolder, removeTemporaryFolder } from './clean-up.js';

/** A temporary folder that is removed at the end of its scope. */
export interface Folder extends AsyncDisposable {
  path: string;
  write(files: Record<string, string | Uint8Array>): Promise<void>;
  remove(path: string): Promise<void>;
  /** All files in the folder, path → bytes, except the client's `.fixtures` and git's files. */
  files(): Promise<Map<string, Buffer>>;
}

/** @param parent where to create it; by default the system's folder for temporary files */
export async function makeFolder(
  files: Record<string, string | Uint8Array> = {},
  parent?: string,
): Promise<Folder> {
  const path = makeTemporaryFolder('fixture-registry-test-', parent);
  const folder: Folder = {
    path,
    write: async (added) => {
      for (const [name, bytes] of Object.entries(added)) {
        await mkdir(dirname(join(path, name)), { recursive: true });
        await writeFile(join(path, name), bytes);
      }
    },
    remove: (name) => rm(join(path, name), { recursive: true }),
    files: async () => {
      const found = new Map<string, Buffer>();
      for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const full = join(entry.parentPath, entry.name);
        const name = full.slice(path.length + 1).replaceAll('\\', '/');
        if (name.startsWith('.fixtures/') || name.startsWith('.git/')) continue;
        found.set(name, await readFile(full));
      }
      return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    [Symbol.asyncDispose]: () => removeTemporaryFolder(path),
  };
  await folder.write(files);
  return folder;
}
