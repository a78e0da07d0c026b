// Everything that promises speed, side by side in one run:
//   npm run bench -- [--recordings <folder, git repository or bundle> [--at <commit or part of its subject>]]
//     [--database postgres|embedded|both] [--rounds 5] [--delays 0,20,50] [--only <part of a name>] [--out
// bench/results]

import { bundleBytes } from './bundle.js';
import { measureConcurrency } from './concurrency.js';
import { allCases } from './contestants/all.js';
import { generateCassettes } from './corpus/cassettes.js';
import { describeCorpus } from './corpus/describe.js';
import { generateCorpus } from './corpus/generate.js';
import { givenCorpus } from './corpus/given.js';
import { measureDriftReports } from './drift-report.js';
import { measure, nameOf } from './measure.js';
import { readOptions } from './options.js';
import { measureCassetteReading } from './read-cassette.js';
import type { BenchResults } from './results.js';
import { countRoundTrips } from './round-trips.js';
import { surroundingsOf } from './surroundings.js';
import { makeWorld } from './world.js';
import { writeResults } from './write-results.js';

const options = readOptions(process.argv.slice(2));
const log = (line: string) => console.error(line);

await using corpus = options.recordings
  ? await givenCorpus(options.recordings, options.at)
  : await generateCorpus();
await using cassettes = await generateCassettes();
await using world = await makeWorld(corpus, options);
const skipped: string[] = [];
const all = await allCases(world, cassettes, log, (line) => skipped.push(line));
const cases = all.filter((one) => nameOf(one).includes(options.only));
for (const line of skipped) log(`skipped: ${line}`);
// What may fail comes before what takes long.
const whole = options.only === '';
if (whole) log('counting round trips, then many clients at once, then reports');
const run: BenchResults = {
  surroundings: await surroundingsOf(options.rounds),
  corpus: await describeCorpus(corpus),
  skipped,
  roundTrips: whole ? await countRoundTrips(world) : [],
  concurrency: whole ? await measureConcurrency(world) : [],
  drift: whole ? await measureDriftReports(world, options.rounds) : [],
  bundleBytes: await bundleBytes(),
  cassettes: {
    files: cassettes.files.length,
    bytes: cassettes.files.reduce((sum, { size }) => sum + size, 0),
    reading: measureCassetteReading(options.rounds),
  },
  results: await measure(cases, options.rounds, log),
};
const table = await writeResults(run, options.out);
console.log(table);
