// Rewrites the recordings of the example repository after a change of its calls:
//
//   npx tsx examples/calls/write-recordings.ts

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordingPath, recordingText } from '../../test/support/recorder.js';
import { MAIN_CALLS } from './all-calls.js';

const repository = fileURLToPath(new URL('../support-desk', import.meta.url));

for (const folder of new Set(MAIN_CALLS.map((call) => dirname(recordingPath(call))))) {
  await rm(join(repository, folder), { recursive: true, force: true });
  await mkdir(join(repository, folder), { recursive: true });
}
for (const call of MAIN_CALLS) await writeFile(join(repository, recordingPath(call)), recordingText(call));
console.log(`${MAIN_CALLS.length} recordings written`);
