// Stands in for `pytest` in the example repository: makes the calls of its tests in a checkout, as the
// recorders would. It looks up each recording there, and records again the tests that the
// author of the pull request runs with `--record`. Exits with 1 when a test finds no recording, or an
// unexpected one.

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pullRequestFiles } from '../../calls/all-files.js';
import { recordingsBelow } from '../recordings-below.js';

const [checkout] = process.argv.slice(2);
if (checkout === undefined) throw new Error('usage: run-tests CHECKOUT');

let replayed = 0;
let recorded = 0;
const failures: string[] = [];
const requested = new Set<string>();
for (const { path, text, testId, again } of pullRequestFiles()) {
  const file = join(checkout, path);
  requested.add(path);
  if (again) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    recorded++;
  } else if (!existsSync(file)) {
    failures.push(`${testId}: no recording ${path}`);
  } else if ((await readFile(file, 'utf8')) !== text) {
    failures.push(`${testId}: ${path} is not the recording that this test expects`);
  } else {
    replayed++;
  }
}

// The example's recorder deletes recordings that no test used in a complete run.
const unused = (await recordingsBelow(checkout)).filter((path) => !requested.has(path));
for (const path of unused) await rm(join(checkout, path));

for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(`${replayed} recordings replayed, ${recorded} recorded again or for the first time`);
console.log(`${unused.length} recording deleted that no test uses any more`);
process.exitCode = failures.length === 0 ? 0 : 1;
