// Rewrites the recordings of the example repository after a change of its calls:
//
//   npx tsx examples/calls/write-recordings.ts

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAIN_FILES } from './all-files.js';

const repository = fileURLToPath(new URL('../support-desk', import.meta.url));

for (const folder of new Set(MAIN_FILES.map(({ path }) => dirname(path)))) {
  await rm(join(repository, folder), { recursive: true, force: true });
  await mkdir(join(repository, folder), { recursive: true });
}
for (const { path, text } of MAIN_FILES) await writeFile(join(repository, path), text);
console.log(`${MAIN_FILES.length} recordings written`);
