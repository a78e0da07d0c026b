// How long it takes to say what a state holds, with a short history and with a long one:
//   npm run bench:snapshots -- [--few 500] [--many 5000] [--rounds 60] [--out bench/results]

import { parseArgs } from 'node:util';
import { percentile } from './measure.js';
import { startPostgresRegistry } from './postgres-registry.js';
import { asker } from './queries/ask.js';
import { commitAt, fillVersions, HELD } from './snapshots/fill-versions.js';
import { surroundingsOf } from './surroundings.js';
import { verdictLines } from './table.js';
import type { Verdict } from './targets.js';
import { writeReport } from './write-results.js';

const { values } = parseArgs({
  options: {
    few: { type: 'string', default: '500' },
    many: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '60' },
    out: { type: 'string', default: 'bench/results' },
  },
});
const PLAN = `query ($owner: String!, $name: String!, $ref: RefInput, $at: At) {
  repository(owner: $owner, name: $name) {
    pullPlan(ref: $ref, at: $at) { ... on PullPlan { files { path digest size } } ... on Problem { message } }
  }
}`;
type Answer = { data: { repository: { pullPlan: { files?: unknown[]; message?: string } } } };

await using started = await startPostgresRegistry();
const { registry } = started;
const histories = [
  await fillVersions(registry.sql, Number(values.few)),
  await fillVersions(registry.sql, Number(values.many)),
];
const client = asker(registry.url, registry.adminToken);
const seconds = new Map<string, number[]>();
for (let round = -5; round < Number(values.rounds); round++) {
  for (const { owner, name, versions } of histories) {
    const old = { commit: await commitAt(registry.sql, name, Math.ceil(versions / 2)) };
    const states = {
      head: { ref: { branch: 'main' } },
      'old version': { at: old },
      'pull request': { ref: { pullRequest: 1, base: 'main' } },
    };
    for (const [state, which] of Object.entries(states)) {
      const answered = await client.ask('/graphql', { query: PLAN, variables: { owner, name, ...which } });
      const { files, message } = (JSON.parse(answered.answer) as Answer).data.repository.pullPlan;
      if (files?.length !== HELD) throw new Error(`${state} has ${files?.length} files: ${message}`);
      const key = `${state} ${versions}`;
      if (round >= 0) seconds.set(key, [...(seconds.get(key) ?? []), answered.seconds]);
    }
  }
}
client.end();

const p50 = (state: string, versions: number | undefined) =>
  percentile(seconds.get(`${state} ${versions}`) ?? [], 0.5);
const [few, many] = histories.map(({ versions }) => versions);
const states = ['head', 'old version', 'pull request'].map((state) => {
  return { state, few: p50(state, few), many: p50(state, many) };
});
const verdicts: Verdict[] = states.map((one) => ({
  ...{ target: 6, database: null, atLeast: false, unit: '×', limit: 1.3 },
  what: `${one.state}: ${many} versions / ${few}`,
  value: one.many / one.few,
}));
const surroundings = await surroundingsOf(Number(values.rounds));
const table = [
  '# Snapshots\n',
  `Postgres; the plan of a pull of ${HELD.toLocaleString('en')} recordings, of which every version recorded ten anew; medians of ${values.rounds}; ${surroundings.date}, ${surroundings.cores} cores.\n`,
  ...verdictLines(verdicts),
  `| state | ${few} versions, ms | ${many} versions, ms |`,
  '|---|---|---|',
  ...states.map(
    (one) => `| ${one.state} | ${(one.few * 1_000).toFixed(1)} | ${(one.many * 1_000).toFixed(1)} |`,
  ),
  '',
].join('\n');
await writeReport(values.out, 'snapshots', table, { surroundings, states, verdicts });
console.log(table);
