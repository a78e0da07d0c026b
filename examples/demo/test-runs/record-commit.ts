// Stands in for the test run behind a commit: makes the recordings of a checkout equal to those of another
// folder. It writes only what differs, so that all other files remain those that were pulled.

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { recordingsBelow } from '../recordings-below.js';

const [recorded, checkout] = process.argv.slice(2);
if (recorded === undefined || checkout === undefined)
  throw new Error('usage: record-commit RECORDED CHECKOUT');

const wanted = await recordingsBelow(recorded);
const figures = { replayed: 0, changed: 0, added: 0, deleted: 0 };
for (const path of wanted) {
  const [bytes, file] = [await readFile(join(recorded, path)), join(checkout, path)];
  const was = existsSync(file) ? await readFile(file) : null;
  if (was?.equals(bytes)) {
    figures.replayed++;
    continue;
  }
  figures[was === null ? 'added' : 'changed']++;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
const kept = new Set(wanted);
for (const path of await recordingsBelow(checkout)) {
  if (kept.has(path)) continue;
  await rm(join(checkout, path));
  figures.deleted++;
}
const { replayed, changed, added, deleted } = figures;
console.log(`${replayed} recordings replayed, ${changed} recorded again, ${added} new, ${deleted} deleted`);
