// Lists what looks like a secret in every recording of a git history, each content once: for judging the
// rules by hand.
//
//   npm run secrets -- --recordings <git repository or bundle>

import { parseArgs } from 'node:util';
import { digestOf } from '@fixture-registry/protocol';
import { openRecording } from '../../packages/registry/dist/recordings/reading/open-recording.js';
import { findSecrets } from '../../packages/registry/dist/recordings/secrets/find-secrets.js';
import { makeFolder } from '../support/folder.js';
import { openHistory } from './history.js';

const { values } = parseArgs({ options: { recordings: { type: 'string' } } });
if (!values.recordings) {
  console.error('usage: npm run secrets -- --recordings <git repository or bundle>');
  process.exit(2);
}

const history = await openHistory(values.recordings);
const checkout = await makeFolder();
const seen = new Set<string>();
let [bytes, findings, reading, scanning] = [0, 0, 0, 0];
for (const { sha } of history.commits) {
  await history.checkOut(sha, checkout.path);
  for (const [path, content] of await checkout.files()) {
    const digest = digestOf(content);
    if (seen.has(digest) || !path.endsWith('.json')) continue;
    seen.add(digest);
    bytes += content.length;
    const started = performance.now();
    const opened = openRecording(content);
    const read = performance.now();
    for (const { kind, place, masked } of findSecrets(content, opened)) {
      findings++;
      console.log([sha.slice(0, 7), path, kind, place, masked].join('\t'));
    }
    reading += read - started;
    scanning += performance.now() - read;
  }
}
const seconds = (milliseconds: number) => (milliseconds / 1_000).toFixed(2);
console.log(
  `${findings} findings in ${seen.size} contents (${(bytes / 1e6).toFixed(0)} MB); opened in ${seconds(reading)} s, scanned in ${seconds(scanning)} s`,
);
await history[Symbol.asyncDispose]();
await checkout[Symbol.asyncDispose]();
