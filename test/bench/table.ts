import { median, type Result, type Scenario } from './measure.js';
import type { BenchResults } from './results.js';
import { isMet, judge, type Verdict } from './targets.js';

const SCENARIOS: [Scenario, string][] = [
  ['cold pull', 'Cold pull of everything'],
  ['nothing to do', 'Pull with nothing to do'],
  ['20 changed', 'Pull of 20 changed recordings'],
  ['one test', "Pull of one test's recordings"],
  ['first push', 'First push of everything'],
  ['push of 10 changed', 'Push of 10 changed recordings'],
  ['push of cassettes', 'First push of cassettes'],
  ['process start', 'Process start alone'],
];

/** The whole run as markdown. Pure. */
export function renderTable(run: BenchResults): string {
  return [
    '# Benchmark\n',
    ...surroundings(run),
    ...run.skipped.map((line) => `Skipped: ${line}.\n`),
    '## Targets\n',
    ...verdictLines(judge(run)),
    ...SCENARIOS.flatMap(([scenario, title]) => scenarioLines(run, scenario, title)),
    ...roundTripLines(run),
    ...concurrencyLines(run),
    ...driftLines(run),
    ...cassetteLines(run),
    '',
  ].join('\n');
}

function surroundings({ surroundings: on, corpus }: BenchResults): string[] {
  const mb = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;
  const kb = (bytes: number) => `${(bytes / 1_000).toFixed(0)} KB`;
  return [
    `${corpus.name}: ${corpus.files.toLocaleString('en')} files, ${mb(corpus.bytes)}; half are below ${kb(corpus.p50)}, nine of ten below ${kb(corpus.p90)}, the`,
    `largest has ${kb(corpus.largest)}; ${Math.round(corpus.streaming * 100)}% hold streams. Each compressed alone they make ${mb(corpus.gzipEach)}, as one tar.gz ${mb(corpus.tarGz)}.\n`,
    `${on.date}, ${on.cores} cores, Node ${on.node}, ${on.git}. All on one loopback, in one run, ${on.rounds} rounds in alternating order; every`,
    'result was verified byte for byte once. Times are of whole processes, their starts included. Distance is added by a proxy before every server.\n',
  ];
}

/** Every verdict, with how far it is from its limit. */
export function verdictLines(verdicts: Verdict[]): string[] {
  const figure = (verdict: Verdict, value: number) =>
    `${Number.isInteger(value) && verdict.unit === '' ? value : value.toFixed(2)}${verdict.unit === '×' ? '' : ` ${verdict.unit}`}`.trim();
  const rows = [...verdicts]
    .sort((a, b) => a.target - b.target)
    .map((verdict) => {
      const bound = `${verdict.atLeast ? 'at least' : 'at most'} ${figure(verdict, verdict.limit)}`;
      const what = verdict.database ? `${verdict.what} (${verdict.database})` : verdict.what;
      return `| ${verdict.target} | ${what} | ${bound} | ${figure(verdict, verdict.value)} | ${isMet(verdict) ? 'yes' : '**no**'} |`;
    });
  return ['| target | what | wanted | is | met |', '|---|---|---|---|---|', ...rows, ''];
}

/** One row for each contestant, one group of columns for each distance; the fastest first. */
function scenarioLines({ results }: BenchResults, scenario: Scenario, title: string): string[] {
  const found = results.filter((one) => one.scenario === scenario);
  if (found.length === 0) return [];
  const delays = [...new Set(found.map(({ delay }) => delay))].sort((a, b) => a - b);
  const rows = new Map<string, Result[]>();
  for (const one of found) rows.set(contestantOf(one), [...(rows.get(contestantOf(one)) ?? []), one]);
  const head = delays.map((delay) => (delay === 0 ? 'no delay' : `${delay} ms`));
  const speed = (row: Result[]) => median(row.find(({ delay }) => delay === delays[0])?.seconds ?? []);
  return [
    `## ${title}\n`,
    `| seconds: median (least–most) | ${head.join(' | ')} |`,
    `|---|${delays.map(() => '---').join('|')}|`,
    ...[...rows]
      .sort(([, a], [, b]) => speed(a) - speed(b))
      .map(([name, row]) => `| ${name} | ${delays.map((delay) => spreadOf(row, delay)).join(' | ')} |`),
    '',
  ];
}

export const contestantOf = ({ contestant, database }: Result) =>
  database === null ? contestant : `${contestant} (${database})`;

function spreadOf(row: Result[], delay: number): string {
  const seconds = row.find((one) => one.delay === delay)?.seconds;
  if (!seconds) return '';
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)].map((each) => each.toFixed(2));
  return `**${median(seconds).toFixed(2)}** (${least}–${most})`;
}

function roundTripLines({ roundTrips }: BenchResults): string[] {
  if (roundTrips.length === 0) return [];
  const said = roundTrips.map(
    ({ what, roundTrips: count, connections }) => `${what}: ${count} over ${connections}`,
  );
  return ['## Round trips of `fixtures pull`\n', `Questions over connections. ${said.join('; ')}.`, ''];
}

function concurrencyLines({ concurrency }: BenchResults): string[] {
  if (concurrency.length === 0) return [];
  return [
    `## ${concurrency[0]?.clients} clients at once, of one process\n`,
    'Light clients: they read every byte and write none, so it is the registry that is measured.\n',
    '| database | one alone, s | all, s | throughput against one | slowest / median | loop delay p99, s |',
    '|---|---|---|---|---|---|',
    ...concurrency.map(
      (one) =>
        `| ${one.database} | ${one.alone.toFixed(2)} | ${one.all.toFixed(2)} | ${one.throughput.toFixed(2)} | ${one.slowest.toFixed(2)} | ${one.loopDelay.toFixed(3)} |`,
    ),
    '',
  ];
}

function driftLines({ drift }: BenchResults): string[] {
  if (drift.length === 0) return [];
  return [
    '## A report that nobody asked for before\n',
    ...drift.map(
      (one) =>
        `${one.changed} changed recordings, ${(one.bytes / 1_000_000).toFixed(1)} MB, ${one.database}: ${one.median.toFixed(2)} s (${one.seconds.map((each) => each.toFixed(2)).join(', ')}).`,
    ),
    '',
  ];
}

function cassetteLines({ cassettes }: BenchResults): string[] {
  if (cassettes === null) return [];
  const { files, bytes, reading } = cassettes;
  const mb = (size: number) => `${(size / 1_000_000).toFixed(1)} MB`;
  const seconds = reading.seconds.map((each) => each.toFixed(2)).join(', ');
  return [
    '## Cassettes\n',
    `The push of cassettes is of ${files.toLocaleString('en')} generated files of vcrpy, ${mb(bytes)}. Reading one cassette of ` +
      `${mb(reading.bytes)} with ${reading.exchanges} exchanges takes ${reading.median.toFixed(2)} s (${seconds}).`,
    '',
  ];
}
