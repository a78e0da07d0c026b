// Replays a git history of recordings, one commit a day, with and without retention, and prints how many rows and
// bytes are stored every ten days.
//
//   npm run bench:retention -- --recordings <git repository or bundle> [--days 30]

import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Connection, promote } from '@fixture-registry/client';
import { connect } from '../../packages/registry/dist/database/connect.js';
import { databaseBlocks } from '../../packages/registry/dist/store/blocks/database-blocks.js';
import { ROUND_LIMITS, runRound } from '../../packages/registry/dist/store/retention/round.js';
import { openHistory } from '../replay/history.js';
import { pushAllowed } from '../replay/push-allowed.js';
import { ageRows } from '../support/age-rows.js';
import { makeFolder } from '../support/folder.js';
import { startPostgres } from '../support/postgres.js';
import { pushFiles } from '../support/push-files.js';
import { startRegistry } from '../support/registry.js';

const { values } = parseArgs({
  options: { recordings: { type: 'string' }, days: { type: 'string', default: '30' } },
});
if (!values.recordings) {
  console.error('usage: npm run bench:retention -- --recordings <git repository or bundle> [--days 30]');
  process.exit(2);
}

const repository = 'bench/retention';
const postgres = await startPostgres();
const history = await openHistory(values.recordings);
const checkout = await makeFolder();

/** A registry with its own database, and the client's connection to it. */
async function start(retention: string) {
  const registry = await startRegistry({ postgresUrl: postgres.url });
  const database = await connect({ url: registry.databaseUrl ?? '' }, () => {});
  await pushFiles(registry, { repository, ref: { branch: 'main' }, settings: `retention: ${retention}` });
  const client: Connection = {
    registry: registry.url,
    token: registry.adminToken,
    repository: { owner: 'bench', name: 'retention' },
    userAgent: 'bench',
    log: () => {},
  };
  return { registry, database, client };
}

const kept = await start(`{ pull-requests: ${values.days}d, snapshots: ${values.days}d }`);
const forever = await start('{ pull-requests: forever, snapshots: forever, audit: forever }');

const limits = { ...ROUND_LIMITS, pause: 0 };
const options = { holder: randomUUID(), limits, isForced: true, repacks: true, interval: 0, stopping: null };
let [rounds, seconds, longest] = [0, 0, 0];
async function upkeep(): Promise<void> {
  for (let isLeft = true; isLeft; ) {
    const done = await runRound({ db: kept.database.db, blocks: databaseBlocks }, options);
    isLeft = done?.isLeft ?? true;
    rounds++;
    seconds += done?.seconds ?? 0;
    longest = Math.max(longest, done?.seconds ?? 0);
  }
}

async function stored({ registry }: typeof kept): Promise<number[]> {
  const [row] = await registry.sql`select (select count(*) from refs)::int as refs,
    (select count(*) from snapshots)::int as snapshots, (select count(*) from entries)::int as entries,
    (select count(*) from calls)::int as calls, (select count(*) from contents)::int as contents,
    (select coalesce(sum(packed_size), 0) from blocks)::int as bytes`;
  return Object.values(row ?? {}).map(Number);
}

console.log('| day | | refs | snapshots | entries | calls | contents | stored bytes |');
console.log('|--:|---|--:|--:|--:|--:|--:|--:|');
for (const [index, commit] of history.commits.entries()) {
  const number = index + 1;
  await history.checkOut(commit.sha, checkout.path);
  for (const { client, registry } of [kept, forever]) {
    const target = { pullRequest: number, base: 'main' };
    const candidates = index > 0 ? [history.commits[index - 1]?.sha ?? ''] : [];
    const paths = ['**/*.json'];
    await pushAllowed(client, { directory: checkout.path, target, candidates, paths, prune: 'force' });
    await promote(client, { pullRequest: number, branch: 'main', commit: commit.sha });
    await ageRows(registry.sql, repository, 24);
  }
  await upkeep();
  if (number % 10 !== 0 && number !== history.commits.length) continue;
  for (const [name, which] of [
    [`${values.days} days kept`, kept],
    ['everything kept', forever],
  ] as const) {
    console.log(
      `| ${number} | ${name} | ${(await stored(which)).map((n) => n.toLocaleString('en-GB')).join(' | ')} |`,
    );
  }
}
console.log(`\n${rounds} rounds, ${seconds.toFixed(1)} s together, the longest ${longest.toFixed(2)} s`);

for (const { registry, database } of [kept, forever]) {
  await database.close();
  await registry[Symbol.asyncDispose]();
}
await history[Symbol.asyncDispose]();
await checkout[Symbol.asyncDispose]();
await postgres.stop();
