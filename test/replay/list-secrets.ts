// Lists what looks like a secret in recordings, for judging the rules by hand: in every content of a git
// history, or in the files of folders, each content once.
//
//   npm run secrets -- --recordings <git repository or bundle>
//   npm run secrets -- <folder>...

import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { digestOf } from '@fixture-registry/protocol';
import { openRecording } from '../../packages/registry/dist/recordings/reading/open-recording.js';
import { findSecrets } from '../../packages/registry/dist/recordings/secrets/find-secrets.js';
import { makeFolder } from '../support/folder.js';
import { openHistory } from './history.js';

const RECORDING = /\.(?:json|ya?ml|ya?ml\.gz|har|httprr)$/;

const { values, positionals } = parseArgs({
  options: { recordings: { type: 'string' } },
  allowPositionals: true,
});
if (values.recordings === undefined && positionals.length === 0) {
  console.error('usage: npm run secrets -- --recordings <git repository or bundle> | <folder>...');
  process.exit(2);
}

const seen = new Set<string>();
let [bytes, findings, reading, scanning] = [0, 0, 0, 0];
const withFindings = { CERTAIN: new Set<string>(), POSSIBLE: new Set<string>() };

function list(where: string, path: string, content: Buffer): void {
  const digest = digestOf(content);
  if (seen.has(digest) || !RECORDING.test(path)) return;
  seen.add(digest);
  bytes += content.length;
  const started = performance.now();
  const opened = openRecording(content);
  const read = performance.now();
  for (const { kind, place, masked, certainty } of findSecrets(content, opened)) {
    findings++;
    withFindings[certainty ?? 'CERTAIN'].add(digest);
    console.log([where, path, certainty, kind, place, masked].join('\t'));
  }
  reading += read - started;
  scanning += performance.now() - read;
}

if (values.recordings !== undefined) {
  const history = await openHistory(values.recordings);
  const checkout = await makeFolder();
  for (const { sha } of history.commits) {
    await history.checkOut(sha, checkout.path);
    for (const [path, content] of await checkout.files()) list(sha.slice(0, 7), path, content);
  }
  await history[Symbol.asyncDispose]();
  await checkout[Symbol.asyncDispose]();
}
for (const folder of positionals) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(entry.parentPath, entry.name);
    if (!/(?:^|\/)\.git\//.test(path)) list(folder, relative(folder, path), await readFile(path));
  }
}

const seconds = (milliseconds: number) => (milliseconds / 1_000).toFixed(2);
const { CERTAIN, POSSIBLE } = withFindings;
console.log(
  `${findings} findings in ${seen.size} contents (${(bytes / 1e6).toFixed(0)} MB): ${CERTAIN.size} contents ` +
    `refused, ${[...POSSIBLE].filter((digest) => !CERTAIN.has(digest)).length} with warnings only; ` +
    `opened in ${seconds(reading)} s, scanned in ${seconds(scanning)} s`,
);
