// How long questions take in a small repository and in a large one, beside the same query with nothing around
// it:
//   npm run bench:queries -- [--small 10000] [--large 1000000] [--repositories 100] [--questions 400] [--out
// bench/results]

import { parseArgs } from 'node:util';
import { makeFolder } from '../support/folder.js';
import { startPostgresRegistry } from './postgres-registry.js';
import { startBareQueries } from './queries/bare-queries.js';
import { fillRepositories } from './queries/fill-repositories.js';
import { measureLookUps } from './queries/look-ups.js';
import { measureQuestions } from './queries/questions.js';
import { type QueryResults, renderQueries } from './queries/render-queries.js';
import { surroundingsOf } from './surroundings.js';
import { writeReport } from './write-results.js';

const { values } = parseArgs({
  options: {
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '1000000' },
    repositories: { type: 'string', default: '100' },
    questions: { type: 'string', default: '400' },
    out: { type: 'string', default: 'bench/results' },
  },
});
const log = (line: string) => console.error(line);

await using work = await makeFolder();
await using started = await startPostgresRegistry();
const { registry } = started;
log('filling the repositories');
const sizes = [Number(values.small), Number(values.large)];
const others = Array.from({ length: Number(values.repositories) - sizes.length }, () => 1_000);
const [small, large] = await fillRepositories(registry.sql, [...sizes, ...others]);
if (!small || !large) throw new Error('two repositories are needed');
await using bare = await startBareQueries(registry.databaseUrl ?? '', work.path);
log('asking');
const questions = await measureQuestions(registry, bare.url, [small, large], Number(values.questions));
const lookUps = await measureLookUps(registry, large);

const found: QueryResults = { surroundings: await surroundingsOf(1), small, large, questions, lookUps };
const table = renderQueries(found);
await writeReport(values.out, 'queries', table, found);
console.log(table);
