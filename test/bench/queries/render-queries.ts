import type { Surroundings } from '../results.js';
import { verdictLines } from '../table.js';
import type { Verdict } from '../targets.js';
import type { FilledRepository } from './fill-repositories.js';
import type { LookUps } from './look-ups.js';
import type { QuestionTimes } from './questions.js';

export interface QueryResults {
  surroundings: Surroundings;
  small: FilledRepository;
  large: FilledRepository;
  questions: QuestionTimes[];
  lookUps: LookUps;
}

/** The whole run as markdown. Pure. */
export function renderQueries(found: QueryResults): string {
  const ms = (seconds: number) => (seconds * 1_000).toFixed(2);
  const { surroundings: on, lookUps } = found;
  return [
    '# Questions\n',
    `Postgres, one process of the registry, one question at a time; ${on.date}, ${on.cores} cores, Node ${on.node}. The bare query reads the`,
    'same rows with postgres.js behind the HTTP server of node, without GraphQL, tokens or access.\n',
    ...verdictLines(judgeQueries(found)),
    '| by | recordings | p50 ms | p99 ms | bare p50 ms | bare p99 ms |',
    '|---|---|---|---|---|---|',
    ...found.questions.map(
      (one) =>
        `| ${one.by} | ${one.recordings.toLocaleString('en')} | ${ms(one.p50)} | ${ms(one.p99)} | ${ms(one.bareP50)} | ${ms(one.bareP99)} |`,
    ),
    '',
    `Look-ups of one recording by hash, ${lookUps.connections} connections: ${Math.round(lookUps.perSecond)} a second, p50 ${ms(lookUps.p50)} ms, p99 ${ms(lookUps.p99)} ms.`,
    '',
  ].join('\n');
}

/** Holds the times against target 5. Pure. */
export function judgeQueries({ small, large, questions, lookUps }: QueryResults): Verdict[] {
  const about = { target: 5, database: null, atLeast: false, unit: '×' } as const;
  const apart = (a: number, b: number) => Math.max(a, b) / Math.min(a, b);
  const verdicts: Verdict[] = [];
  for (const by of new Set(questions.map((one) => one.by))) {
    const of = (recordings: number) =>
      questions.find((one) => one.by === by && one.recordings === recordings);
    const [few, many] = [of(small.recordings), of(large.recordings)];
    if (!few || !many) continue;
    verdicts.push(
      { ...about, what: `by ${by}, p50: small and large apart`, value: apart(few.p50, many.p50), limit: 1.5 },
      { ...about, what: `by ${by}, p99: small and large apart`, value: apart(few.p99, many.p99), limit: 1.5 },
      { ...about, what: `by ${by}, p50 / bare query, small`, value: few.p50 / few.bareP50, limit: 2 },
      { ...about, what: `by ${by}, p50 / bare query, large`, value: many.p50 / many.bareP50, limit: 2 },
    );
  }
  const perSecond = Math.round(lookUps.perSecond);
  const look = { ...about, atLeast: true, unit: '' } as const;
  return [...verdicts, { ...look, what: 'look-ups a second', value: perSecond, limit: 1_500 }];
}
