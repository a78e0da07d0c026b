// Stands in for `pytest` in the example repository: makes the calls of its tests in a checkout, as the recorder would.
// Each call is looked up among the recordings there; the tests that the pull request's author runs with `--record` ask
// their providers again. Ends with 1 when a test finds no recording, or one that it does not expect.

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { recordingPath, recordingText } from '../../../test/support/recorder.js';
import { pullRequestCalls } from '../../calls/all-calls.js';
import { recordingsBelow } from '../recordings-below.js';

const [checkout] = process.argv.slice(2);
if (checkout === undefined) throw new Error('usage: run-tests CHECKOUT');

let replayed = 0;
let recorded = 0;
const failures: string[] = [];
const asked = new Set<string>();
for (const { call, again } of pullRequestCalls()) {
  const path = recordingPath(call);
  const file = join(checkout, path);
  asked.add(path);
  if (again) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, recordingText(call));
    recorded++;
  } else if (!existsSync(file)) {
    failures.push(`${call.testId}: no recording ${path}`);
  } else if ((await readFile(file, 'utf8')) !== recordingText(call)) {
    failures.push(`${call.testId}: ${path} is not the answer that this test was written for`);
  } else {
    replayed++;
  }
}

// What no test asked for in a whole run is deleted, as the example's recorder does.
const unused = (await recordingsBelow(checkout)).filter((path) => !asked.has(path));
for (const path of unused) await rm(join(checkout, path));

for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(`${replayed} calls replayed, ${recorded} recorded again or for the first time`);
console.log(`${unused.length} recording deleted that no test asks for any more`);
process.exitCode = failures.length === 0 ? 0 : 1;
