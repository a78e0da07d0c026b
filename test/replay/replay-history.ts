// Replays a git history of recordings through a real registry: each commit as a pull request over the one
// before, its drift held against git's own diff, promoted, and pulled back byte for byte.
//
//   npm run replay -- --recordings <git repository or bundle> [--branch <name>] [--paths <pattern>]...
//     [--report <folder>] [--embedded]

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Connection, drift, promote, pull } from '@fixture-registry/client';
import { type Folder, makeFolder } from '../support/folder.js';
import { startPostgres } from '../support/postgres.js';
import { startRegistry } from '../support/registry.js';
import { countErrors } from './count-errors.js';
import { openHistory } from './history.js';
import { pushAllowed } from './push-allowed.js';

const { values } = parseArgs({
  options: {
    recordings: { type: 'string' },
    branch: { type: 'string' },
    paths: { type: 'string', multiple: true, default: ['**/*.json'] },
    report: { type: 'string' },
    embedded: { type: 'boolean', default: false },
  },
});
if (!values.recordings) {
  console.error(
    'usage: npm run replay -- --recordings <git repository or bundle> [--branch <name>] [--paths <pattern>]... ' +
      '[--report <folder>] [--embedded]',
  );
  process.exit(2);
}

const postgres = values.embedded ? null : await startPostgres();
const registry = await startRegistry(postgres ? { postgresUrl: postgres.url } : {});
const history = await openHistory(values.recordings, values.branch);
const checkout = await makeFolder();
const connection: Connection = {
  registry: registry.url,
  token: registry.adminToken,
  repository: { owner: 'replay', name: 'history' },
  userAgent: 'replay',
  log: () => {},
};
if (values.report) await mkdir(values.report, { recursive: true });

const selection = { paths: values.paths };
let failures = 0;
const check = (sha: string, what: string, holds: boolean) => {
  if (holds) return;
  failures++;
  console.log(`  WRONG at ${sha.slice(0, 10)}: ${what}`);
};

console.log(
  'commit\tsubject\tA\tD\tM\tadded\tremoved\tchanged\trekeyed\tmoved\tcosmetic\tmetadata\tcontent\tbehaviour\terrors\tentries\tcontents\tcontent bytes\tseconds',
);
const states = new Map<string, Map<string, Buffer>>();
let previous = new Map<string, Buffer>();
for (const [index, commit] of history.commits.entries()) {
  const number = index + 1;
  await history.checkOut(commit.sha, checkout.path);
  const started = performance.now();
  const refused = await pushAllowed(connection, {
    directory: checkout.path,
    target: { pullRequest: number, base: 'main' },
    candidates: index > 0 ? [history.commits[index - 1]?.sha ?? ''] : [],
    paths: values.paths,
    prune: 'force',
  });
  if (refused > 0) console.log(`  ${refused} files with possible secrets at ${commit.sha.slice(0, 10)}`);
  const report = await drift(connection, { pullRequest: number });
  await promote(connection, { pullRequest: number, branch: 'main', commit: commit.sha });
  const seconds = (performance.now() - started) / 1_000;

  const git = await history.changes(commit.sha);
  const files = await checkout.files();
  // Only recordings with one call in JSON are simple enough to be judged by other code than the product's.
  const isCounted = [...files.keys()].every((path) => path.endsWith('.json'));
  const errors = isCounted ? countErrors(previous, files, git) : null;
  previous = files;
  if (!report) {
    check(commit.sha, 'no report', git.added.length + git.deleted.length + git.modified.length === 0);
    continue;
  }
  const twice = report.rekeyed + report.moved;
  check(commit.sha, 'ADDED + REKEYED + MOVED is not A', report.added + twice === git.added.length);
  check(commit.sha, 'REMOVED + REKEYED + MOVED is not D', report.removed + twice === git.deleted.length);
  check(commit.sha, 'CHANGED is not M', report.changed === git.modified.length);
  check(
    commit.sha,
    `${errors} errors in the files, ${report.errors} in the report`,
    errors === null || report.errors === errors,
  );
  if (values.report) {
    const name = `${String(number).padStart(3, '0')}-${/#(\d+)/.exec(commit.subject)?.[1] ?? commit.sha.slice(0, 7)}.md`;
    await writeFile(join(values.report, name), `${report.markdown}\n`);
  }
  await using empty = await makeFolder();
  await pull(connection, { directory: empty.path, target: { branch: 'main' }, selection });
  check(commit.sha, 'a pull of main is not what git has', same(await empty.files(), files));
  if (index % 8 === 0) states.set(commit.sha, files);

  const [stored] = registry.databaseUrl
    ? await registry.sql`select (select count(*)::int from entries) as entries, (select count(*)::int from contents) as contents,
        (select coalesce(sum(packed_size), 0)::int from blocks) as bytes`
    : [{ entries: '', contents: '', bytes: '' }];
  const { added, removed, changed, rekeyed, moved, cosmetic, metadata, content, behaviour } = report;
  console.log(
    [
      commit.sha.slice(0, 7),
      commit.subject.slice(0, 48),
      ...[git.added.length, git.deleted.length, git.modified.length],
      ...[added, removed, changed, rekeyed, moved, cosmetic, metadata, content, behaviour, report.errors],
      ...[stored?.['entries'], stored?.['contents'], stored?.['bytes'], seconds.toFixed(2)],
    ].join('\t'),
  );
}

if (registry.databaseUrl) {
  // Old states are pulled after it, so it is proved as well.
  await tellStorage('as pushed');
  console.log((await registry.command('gc')).stdout.trim());
  await registry.sql`vacuum full`;
  await tellStorage('after gc, rewritten');
}
for (const [sha, files] of states) {
  await using empty = await makeFolder();
  await pull(connection, { directory: empty.path, at: { commit: sha }, selection });
  check(sha, 'a pull of this old commit is not what git has', same(await empty.files(), files));
}
console.log(
  `${history.commits.length} commits replayed, ${states.size} old ones pulled again, ${failures} wrong`,
);

await registry[Symbol.asyncDispose]();
await history[Symbol.asyncDispose]();
await checkout[Symbol.asyncDispose]();
await postgres?.stop();
process.exitCode = failures === 0 ? 0 : 1;

/**
 * What contents, and everything that is known beside their bytes, take in the database, tables and indexes,
 * in bytes.
 */
async function tellStorage(when: string): Promise<void> {
  const sizes =
    await registry.sql`select relname as name, pg_total_relation_size(oid)::int as bytes from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace`;
  const bytes = new Map(sizes.map((row) => [String(row['name']), Number(row['bytes'])]));
  const sum = (names: string[]) => names.reduce((total, name) => total + (bytes.get(name) ?? 0), 0);
  const told = (names: string[]) => names.map((name) => `${name} ${bytes.get(name)}`).join(', ');
  const [count] = await registry.sql`select (select count(*)::int from blocks) as blocks,
    (select sum(packed_size)::int from blocks) as packed, (select count(digest)::int from entries) as recordings`;
  const { blocks, packed, recordings } = count as Record<'blocks' | 'packed' | 'recordings', number>;
  const ofContent = ['block_chunks', 'blocks', 'contents'];
  console.log(
    `${when}: ${packed} bytes packed in ${blocks} blocks; tables and indexes ${sum(ofContent)} (${told(ofContent)})`,
  );
  const known = ['calls', 'entries', 'readings', 'contents', 'snapshots', 'refs', 'commits'];
  const each = Math.round(sum(known) / recordings);
  console.log(`  beside the bytes: ${sum(known)} (${told(known)}), ${each} for each entry with a content`);
}

function same(a: Awaited<ReturnType<Folder['files']>>, b: typeof a): boolean {
  return a.size === b.size && [...a].every(([path, bytes]) => b.get(path)?.equals(bytes) === true);
}
