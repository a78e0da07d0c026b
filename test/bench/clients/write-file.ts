import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const made = new Set<string>();

/** Writes a file below a folder, whose folders are made once. */
export async function writeBelow(folder: string, path: string, bytes: Uint8Array | string): Promise<void> {
  const file = join(folder, path);
  if (!made.has(dirname(file))) {
    await mkdir(dirname(file), { recursive: true });
    made.add(dirname(file));
  }
  await writeFile(file, bytes);
}
