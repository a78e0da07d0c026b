// How much memory and disk a registry takes, empty and with recordings:
//   npm run bench:sizes -- [--recordings 3000] [--out bench/results]

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fixturesJson } from '../support/fixtures-command.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';
import { generateCorpus } from './corpus/generate.js';
import { startPostgresRegistry } from './postgres-registry.js';
import { readMetrics } from './registry-metrics.js';
import { surroundingsOf } from './surroundings.js';
import { writeReport } from './write-results.js';

const { values } = parseArgs({
  options: {
    recordings: { type: 'string', default: '3000' },
    out: { type: 'string', default: 'bench/results' },
  },
});
const count = Number(values.recordings);
const log = (line: string) => console.error(line);

/** All in bytes. */
interface Sizes {
  idle: number;
  busy: number;
  empty: number;
  full: number;
}

/** @param disk the bytes that the database takes */
async function measure(registry: TestRegistry, folder: string, disk: () => Promise<number>): Promise<Sizes> {
  const memory = async () =>
    (await readMetrics(registry.url, ['process_resident_memory_bytes'])).process_resident_memory_bytes;
  // A registry that has created its database in this process needs more.
  await registry.stop();
  const empty = await disk();
  await registry.restart();
  const idle = await memory();
  const workplace = { registry, repository: 'bench/sizes' };
  await fixturesJson(workplace, { path: folder }, 'push', '--branch', 'main', '--paths', '**/*.json');
  const busy = await memory();
  await registry.stop();
  return { idle, busy, empty, full: await disk() };
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map((file) => stat(join(file.parentPath, file.name))));
  // Blocks on the disk: the log of the database is allocated in advance.
  return sizes.reduce((sum, { blocks }) => sum + blocks * 512, 0);
}

log('generating');
await using corpus = await generateCorpus(count, 2);
const raw = await bytesBelow(corpus.folder);

log('the embedded database');
await using registry = await startRegistry({ environment: { FIXTURE_REGISTRY_RATE_LIMIT: '0' } });
const data = registry.environment['FIXTURE_REGISTRY_DATA'] as string;
const embedded = await measure(registry, corpus.folder, () => bytesBelow(data));

log('Postgres');
await using started = await startPostgresRegistry();
const { sql } = started.registry;
const postgres = await measure(started.registry, corpus.folder, async () => {
  await sql`checkpoint`;
  const [row] = await sql`select pg_database_size(current_database())::float8 as bytes`;
  return Number(row?.['bytes']);
});

const mega = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
const rows: [string, (sizes: Sizes) => number][] = [
  ['memory of a process, idle', ({ idle }) => idle],
  [`memory after a push of ${count.toLocaleString('en-GB')} recordings (${mega(raw)})`, ({ busy }) => busy],
  ['disk, empty', ({ empty }) => empty],
  [`disk with ${count.toLocaleString('en-GB')} recordings`, ({ full }) => full],
];
const table = [
  '# Sizes',
  '',
  `\`npm run bench:sizes -- --recordings ${count}\``,
  '',
  '| | embedded database | Postgres |',
  '|---|---|---|',
  ...rows.map(([what, of]) => `| ${what} | ${mega(of(embedded))} | ${mega(of(postgres))} |`),
  '',
].join('\n');
await writeReport(values.out, 'sizes', table, {
  surroundings: await surroundingsOf(1),
  ...{ recordings: count, raw, embedded, postgres },
});
console.log(table);
