// Stands in for a test run in which some responses are reworded: adds a few words to a number of recordings
// in a checkout, always the same ones. It edits the files as text, so that nothing else changes.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordingsBelow } from '../recordings-below.js';

const [number, checkout] = process.argv.slice(2);
if (number === undefined || checkout === undefined) throw new Error('usage: reword-answers NUMBER CHECKOUT');

/** A stable order that spreads the changes over the folders. */
const order = (path: string) => createHash('sha256').update(path).digest('hex');
const paths = (await recordingsBelow(checkout)).sort((a, b) => (order(a) < order(b) ? -1 : 1));

let reworded = 0;
for (const path of paths) {
  if (reworded === Number(number)) break;
  const file = join(checkout, path);
  const text = reword(await readFile(file, 'utf8'));
  if (text === null) continue;
  await writeFile(file, text);
  console.log(`reworded ${path}`);
  reworded++;
}
if (reworded === 0) {
  console.error('no recording has an answer that can be reworded');
  process.exitCode = 1;
}

/** Adds words to the last text of the response. Returns null when it has none. */
function reword(recording: string): string | null {
  const response = recording.indexOf('"response":');
  if (response < 0) return null;
  const texts = [...recording.slice(response).matchAll(/"(?:content|text)":\s*"(?:[^"\\]|\\.)+(?=")/g)];
  const last = texts.at(-1);
  if (last === undefined) return null;
  const end = response + last.index + last[0].length;
  return `${recording.slice(0, end)} (In other words.)${recording.slice(end)}`;
}
