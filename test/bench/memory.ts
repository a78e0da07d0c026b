// How much memory the registry and its clients take with large sets:
//   npm run bench:memory -- [--recordings 37000] [--pulling 8] [--pushing 4] [--out bench/results]
// 37,000 generated recordings make 1 GB.

import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeFolder } from '../support/folder.js';
import { execute } from './contestants/commands.js';
import { compileClient } from './contestants/compile-client.js';
import { generateCorpus } from './corpus/generate.js';
import { memoryOfFixtures } from './memory/client-memory.js';
import { childWith, watchMemory } from './memory/resident-memory.js';
import { startPostgresRegistry } from './postgres-registry.js';
import { readMetrics } from './registry-metrics.js';
import { surroundingsOf } from './surroundings.js';
import { verdictLines } from './table.js';
import type { Verdict } from './targets.js';
import { writeReport } from './write-results.js';

const { values } = parseArgs({
  options: {
    recordings: { type: 'string', default: '37000' },
    pulling: { type: 'string', default: '8' },
    pushing: { type: 'string', default: '4' },
    out: { type: 'string', default: 'bench/results' },
  },
});
const count = Number(values.recordings);
const log = (line: string) => console.error(line);
const PUSH = ['push', '--branch', 'main', '--paths', '**/*.json'];

log('generating');
await using large = await generateCorpus(count, 2);
await using other = await generateCorpus(Math.ceil(count / 4), 3);
await using work = await makeFolder();
await using started = await startPostgresRegistry();
const { registry } = started;
const at = (repository: string, directory: string) => {
  return { url: registry.url, token: registry.adminToken, repository, directory };
};

log('pushing the large set, then pulling it with one client');
const pushed = await memoryOfFixtures(PUSH, at('bench/large', large.folder));
const target = join(work.path, 'pulled');
await mkdir(target);
const pulled = await memoryOfFixtures(['pull', '--branch', 'main'], at('bench/large', target));

// A registry that has answered nothing yet is what idle means.
await registry.stop();
await registry.restart();
const watch = watchMemory(await childWith('fixture-registry.js serve'));
await registry.ask('{ __typename }');
await new Promise((resolve) => setTimeout(resolve, 2_000));
const heap = ['nodejs_heap_size_used_bytes' as const, 'nodejs_external_memory_bytes' as const];
const [idle, idleHeap] = [await watch.now(), await readMetrics(registry.url, heap)];
watch.most();

log(`${values.pulling} clients pull while ${values.pushing} push`);
const program = await compileClient(join(work.path, 'many-pulls'), 'many-pulls');
const words = [program, registry.url, registry.adminToken, 'bench', 'large', '1'];
const pulls = Array.from({ length: Number(values.pulling) }, () => execute(process.execPath, words));
const folders = Array.from({ length: Number(values.pushing) }, (_, at) => join(work.path, `pushed-${at}`));
for (const folder of folders) await cp(other.folder, folder, { recursive: true });
const pushes = folders.map((folder, number) => memoryOfFixtures(PUSH, at(`bench/pushed-${number}`, folder)));
await Promise.all([...pulls, ...pushes]);
const [busy, busyHeap] = [watch.most(), await readMetrics(registry.url, heap)];
await new Promise((resolve) => setTimeout(resolve, 5_000));
const after = await watch.now();
watch.end();

const mb = (bytes: number) => bytes / 1_000_000;
const about = { target: 7, database: 'postgres', atLeast: false, unit: 'MB' } as const;
const verdicts: Verdict[] = [
  { ...about, what: 'registry above idle, at its most', value: mb(busy - idle), limit: 200 },
  { ...about, what: 'client pulling the large set', value: mb(pulled), limit: 150 },
  { ...about, what: 'client pushing the large set', value: mb(pushed), limit: 150 },
];
const bytes = large.files.reduce((sum, { size }) => sum + size, 0);
const [from, to] = [idleHeap, busyHeap].map((each) => mb(each.nodejs_heap_size_used_bytes).toFixed(0));
const table = [
  '# Memory\n',
  `${values.pulling} clients each pull ${count.toLocaleString('en')} recordings (${mb(bytes).toFixed(0)} MB) while ${values.pushing} each push ${other.files.length.toLocaleString('en')}; Postgres.\n`,
  ...verdictLines(verdicts),
  `Registry: ${mb(idle).toFixed(0)} MB resident when idle, ${mb(busy).toFixed(0)} MB at its most, ${mb(after).toFixed(0)} MB five seconds after; heap ${from} MB before, ${to} MB right after.`,
  '',
].join('\n');
const surroundings = await surroundingsOf(1);
await writeReport(values.out, 'memory', table, {
  surroundings,
  idle,
  busy,
  after,
  pulled,
  pushed,
  bytes,
  verdicts,
});
console.log(table);
