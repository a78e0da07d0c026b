// Times drift reports over generated recordings, and says how much memory they take.
//
//   npm run bench:drift -- [--most 2000]

import { parseArgs } from 'node:util';
import { compareTexts } from '../../packages/registry/dist/review/differences/compare-texts.js';
import type { Difference, DriftSide } from '../../packages/registry/dist/review/differences/drift.js';
import { computeDrift } from '../../packages/registry/dist/review/drift/compute-drift.js';
import { renderMarkdown } from '../../packages/registry/dist/review/report/markdown/render-markdown.js';
import { generateRecording } from './generate-recording.js';

const { values } = parseArgs({ options: { most: { type: 'string', default: '2000' } } });
const most = Number(values.most);

const MIB = 1024 * 1024;
const bytesOf = (digest: string): Uint8Array => {
  const [index = '0', version = '0'] = digest.split('.');
  return generateRecording(Number(index), Number(version));
};

function side(index: number, version: number, folder: string): DriftSide {
  const digest = `${index}.${version}`;
  return {
    path: `${folder}/${index}.json`,
    digest,
    size: bytesOf(digest).length,
    testId: `tests/test_${index % 40}.py::test_${index % 10}`,
    model: 'model-1',
    endpoint: '/v1/chat/completions',
    hash: `${folder}${index}`,
    hashStatus: 'VERIFIED',
    playable: 'YES',
  };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const none: Difference = { added: [], removed: [], changed: [], unchanged: 0 };

/**
 * Computes and renders a report; contents are made when they are loaded, so that only what the report holds
 * is in memory.
 */
async function measure(what: string, difference: Difference): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let [peak, bytes, generating] = [before, 0, 0];
  const load = async (digests: string[]) => {
    const started = performance.now();
    const contents = new Map(digests.map((digest) => [digest, bytesOf(digest)]));
    for (const content of contents.values()) bytes += content.length;
    peak = Math.max(peak, process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
    generating += performance.now() - started;
    return contents;
  };
  const started = performance.now();
  const drift = await computeDrift(difference, load);
  const milliseconds = performance.now() - started - generating;
  const label = { label: 'main', commit: null, createdAt: new Date(0) };
  const report = {
    repository: 'o/n',
    drift,
    baseline: { ...label, reason: 'generated' },
    head: label,
    url: 'http://x',
  };
  const rendering = performance.now();
  const { length } = renderMarkdown(report);
  const rendered = performance.now() - rendering;
  globalThis.gc?.();
  const kept = process.memoryUsage().heapUsed - before;
  console.log(
    [
      what,
      drift.changes.length,
      (bytes / MIB).toFixed(1),
      milliseconds.toFixed(0),
      (milliseconds / (bytes / MIB)).toFixed(1),
      ((peak - before) / MIB).toFixed(0),
      (kept / MIB).toFixed(1),
      `${rendered.toFixed(0)} ms, ${length} characters`,
    ].join('\t'),
  );
}

console.log('what\tchanges\tMiB read\tms\tms per MiB\tpeak MiB\tkept MiB\tmarkdown');
await measure('warm-up', { ...none, changed: pairs(100) });
for (const count of [most / 8, most / 4, most / 2, most].map(Math.floor)) {
  await measure('changed', { ...none, changed: pairs(count) });
}
for (const count of [most / 4, most / 2].map(Math.floor)) {
  const [removed, added] = [
    range(count).map((i) => side(i, 0, 'old')),
    range(count).map((i) => side(i, 2, 'new')),
  ];
  await measure('rekeyed', { ...none, removed, added });
  await measure('look replaced', { ...none, added, loadUnchanged: async () => removed });
}
for (const tests of [most / 4, most].map(Math.floor)) {
  // Each test has 20 generations of one call; nobody removed the old ones.
  const call = (test: number, generation: number, folder: string): DriftSide => ({
    ...side(test, generation % 5, folder),
    path: `${folder}/${test}-${generation}.json`,
    testId: `tests/test_${test % 40}.py::test_${test}`,
    hash: `${folder}${test}-${generation}`,
    generation,
  });
  const added = range(tests).map((test) => call(test, 21, 'new'));
  const byTest = new Map(added.map(({ testId }, test) => [testId, test]));
  const loadUnchanged = async (testIds: string[]) =>
    testIds.flatMap((testId) =>
      range(20).map((generation) => call(byTest.get(testId) ?? 0, generation, 'old')),
    );
  await measure('new beside 20 old', { ...none, added, loadUnchanged });
}
for (const edits of [100, 900, 50_000]) {
  const words = range(180_000).map((i) => `word${(i * 7919) % 5000}`);
  const other = words.map((word, i) => (i % Math.floor(words.length / edits) === 0 ? `${word}x` : word));
  const started = performance.now();
  const { likeness } = compareTexts('', words.join(' '), other.join(' '));
  const length = (words.join(' ').length / MIB).toFixed(1);
  console.log(
    `two texts of ${length} MiB, ${edits} words other\t${(performance.now() - started).toFixed(0)} ms, likeness ${likeness.toFixed(3)}`,
  );
}

function pairs(count: number): Difference['changed'] {
  return range(count).map((index) => ({ before: side(index, 0, 'same'), after: side(index, 1, 'same') }));
}
