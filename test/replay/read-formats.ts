// Reads every file below folders as the registry does, and prints what it makes of them: a table with one row
// per folder, and with --missing the calls of models without a model or content.
//
//   npm run read-formats -- [--missing] <folder>...

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type OpenedCall,
  openRecording,
} from '../../packages/registry/dist/recordings/reading/open-recording.js';
import { findError } from '../../packages/registry/dist/review/failures/error-answer.js';
import { contentOf } from './answer-content.js';
import { filesBelow } from './files-below.js';
import { isModelCall, namesNoModel } from './model-calls.js';

const { values, positionals } = parseArgs({
  options: { missing: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (positionals.length === 0) {
  console.error('usage: npm run read-formats -- [--missing] <folder>...');
  process.exit(2);
}

/** What was counted in one set. */
interface Count {
  name: string;
  files: number;
  formats: Map<string, number>;
  exchanges: number;
  ofModels: number;
  withModel: number;
  /** Whose request names none. */
  withoutName: number;
  successful: number;
  withText: number;
  withOther: number;
  unread: Map<string, number>;
}

const emptyCount = (name: string): Count => ({
  name,
  files: 0,
  formats: new Map(),
  exchanges: 0,
  ofModels: 0,
  withModel: 0,
  withoutName: 0,
  successful: 0,
  withText: 0,
  withOther: 0,
  unread: new Map(),
});

const increment = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

function countCall(count: Count, opened: OpenedCall): string[] {
  const { call, answer } = opened;
  if (!isModelCall(call)) return [];
  const missing: string[] = [];
  count.ofModels++;
  if (call.model !== null) count.withModel++;
  else if (namesNoModel(call.url, call.request['body'])) {
    count.withoutName++;
    missing.push('names no model');
  } else missing.push('no model');
  // Some errors have status 200, mostly in a stream.
  if (answer.outcome !== 'SUCCESS' || findError(answer) !== null) return missing;
  count.successful++;
  const content = contentOf(opened);
  if (content === 'text') count.withText++;
  else if (content === 'other') count.withOther++;
  else missing.push('no content');
  return missing;
}

function describeCall({ call, answer }: OpenedCall): string {
  const type = call.response.headers?.['content-type'];
  const body = JSON.stringify(call.response.body) ?? '';
  return [
    call.method,
    call.url.split('?')[0],
    `${answer.status} ${answer.shape}`,
    String(type ?? 'no content type'),
    body.slice(0, 200),
  ].join('\t');
}

async function readSet(folder: string): Promise<Count> {
  const count = emptyCount(basename(folder));
  for (const path of await filesBelow(folder)) {
    const opened = openRecording(await readFile(`${folder}/${path}`));
    count.files++;
    if (opened.kind !== 'recording') {
      const reason = opened.kind === 'unreadable' ? opened.problem : 'no known format';
      increment(count.unread, reason.replace(/(?:, |at )(?:line|byte|column) \d+.*/, '').slice(0, 60));
      if (values.missing) console.log(`unread\t${folder}/${path}\t${reason}`);
      continue;
    }
    increment(count.formats, opened.format.name);
    count.exchanges += opened.calls.length;
    for (const [position, one] of opened.calls.entries()) {
      const missing = countCall(count, one);
      if (values.missing && missing.length > 0) {
        console.log(`${missing.join(', ')}\t${folder}/${path}\t${position}\t${describeCall(one)}`);
      }
    }
  }
  return count;
}

const listing = (counts: Map<string, number>) =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([key, n]) => `${n} ${key}`)
    .join(', ');
const share = (part: number, whole: number) =>
  whole === 0 ? '' : `${part} (${((100 * part) / whole).toFixed(1)}%)`;

function row(count: Count): string {
  const {
    name,
    files,
    formats,
    exchanges,
    ofModels,
    withModel,
    withoutName,
    successful,
    withText,
    withOther,
    unread,
  } = count;
  const cells = [
    name,
    files,
    listing(formats),
    exchanges,
    ofModels,
    share(withModel, ofModels),
    withoutName,
    successful,
    share(withText + withOther, successful),
    withText,
    withOther,
    listing(unread),
  ];
  return `| ${cells.join(' | ')} |`;
}

const counts: Count[] = [];
for (const folder of positionals) counts.push(await readSet(folder));
console.log(
  '| set | files | by format | exchanges | of models | with a model | request names none | successful | with content | text or tool calls | vectors, images, … | unread |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|---|---|');
for (const count of counts) console.log(row(count));

const total = emptyCount('all');
for (const count of counts) {
  for (const key of [
    'files',
    'exchanges',
    'ofModels',
    'withModel',
    'withoutName',
    'successful',
    'withText',
    'withOther',
  ] as const)
    total[key] += count[key];
  for (const [reason, n] of count.unread) total.unread.set(reason, (total.unread.get(reason) ?? 0) + n);
  for (const [format, n] of count.formats) total.formats.set(format, (total.formats.get(format) ?? 0) + n);
}
console.log(row(total));
