import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUNDLES = fileURLToPath(new URL('../../packages/action/dist', import.meta.url));

/** Bytes of everything that main and post load. */
export async function bundleBytes(): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(BUNDLES)) {
    if (name.endsWith('.js')) bytes += (await stat(join(BUNDLES, name))).size;
  }
  return bytes;
}
