import { ACTION } from './contestants/action.js';
import { FLOOR } from './contestants/archives.js';
import { FIXTURES_PULL } from './contestants/fixtures-command.js';
import { CLONE } from './contestants/git.js';
import { FIXTURES_PUSH, GIT_PUSH } from './contestants/pushing.js';
import { median, type Scenario } from './measure.js';
import type { DatabaseKind } from './options.js';
import type { BenchResults } from './results.js';

/** Whether one thing that was promised holds. */
export interface Verdict {
  /** Its number in the list of targets. */
  target: number;
  what: string;
  database: DatabaseKind | null;
  /** NaN: not measured in this run. */
  value: number;
  limit: number;
  /** Most promises are an upper bound. */
  atLeast: boolean;
  unit: '×' | 's' | 'MB' | '';
}

export function isMet({ value, limit, atLeast }: Verdict): boolean | null {
  if (Number.isNaN(value)) return null;
  return atLeast ? value >= limit : value <= limit;
}

/** Holds a run's medians against the targets. Pure. What was not measured is left out. */
export function judge(run: BenchResults): Verdict[] {
  const databases = [...new Set(run.results.map(({ database }) => database))].filter((each) => each !== null);
  return [...databases.flatMap((database) => judgeDatabase(run, database)), ...judgeOthers(run)].filter(
    (verdict) => isMet(verdict) !== null,
  );
}

function judgeDatabase(run: BenchResults, database: DatabaseKind): Verdict[] {
  const seconds = (scenario: Scenario, contestant: string, delay = 0) =>
    median(
      run.results.find(
        (one) =>
          one.scenario === scenario &&
          one.contestant === contestant &&
          one.delay === delay &&
          (one.database === null || one.database === database),
      )?.seconds ?? [],
    );
  const upTo = (
    target: number,
    what: string,
    value: number,
    limit: number,
    unit: Verdict['unit'],
  ): Verdict => {
    return { target, what, database, value, limit, atLeast: false, unit };
  };
  const cold = seconds('cold pull', ACTION);
  const ofCold = (scenario: Scenario) => seconds(scenario, ACTION) / cold;
  const ofColdPull = (scenario: Scenario) =>
    seconds(scenario, FIXTURES_PULL) / seconds('cold pull', FIXTURES_PULL);
  return [
    upTo(1, 'cold pull by the action / git clone --depth 1', cold / seconds('cold pull', CLONE), 0.5, '×'),
    upTo(1, 'cold pull by the action / tar -x', cold / seconds('cold pull', FLOOR), 2, '×'),
    upTo(
      1,
      'cold pull by the action: 50 ms more than none',
      seconds('cold pull', ACTION, 50) - cold,
      0.35,
      's',
    ),
    upTo(2, 'nothing to do / cold pull, the action', ofCold('nothing to do'), 0.15, '×'),
    upTo(2, 'nothing to do / cold pull, fixtures pull', ofColdPull('nothing to do'), 0.15, '×'),
    upTo(3, '20 changed / cold pull, the action', ofCold('20 changed'), 0.2, '×'),
    upTo(3, '20 changed / cold pull, fixtures pull', ofColdPull('20 changed'), 0.2, '×'),
    upTo(3, 'one test / cold pull, the action', ofCold('one test'), 0.15, '×'),
    upTo(3, 'one test / cold pull, fixtures pull', ofColdPull('one test'), 0.15, '×'),
    upTo(
      4,
      'first push / git add, commit, push',
      seconds('first push', FIXTURES_PUSH) / seconds('first push', GIT_PUSH),
      1,
      '×',
    ),
    upTo(
      4,
      'push of 10 changed, beyond process start',
      seconds('push of 10 changed', FIXTURES_PUSH) - seconds('process start', '`fixtures --version`'),
      0.3,
      's',
    ),
    upTo(
      14,
      'push of cassettes / first push of recordings, per byte',
      seconds('push of cassettes', FIXTURES_PUSH) /
        (run.cassettes?.bytes ?? Number.NaN) /
        (seconds('first push', FIXTURES_PUSH) / run.corpus.bytes),
      2,
      '×',
    ),
    ...judgeConcurrency(run, database),
    upTo(
      10,
      'drift report of 300 changed recordings',
      run.drift.find((one) => one.database === database)?.median ?? Number.NaN,
      1,
      's',
    ),
  ];
}

function judgeConcurrency(run: BenchResults, database: DatabaseKind): Verdict[] {
  const found = run.concurrency.find((one) => one.database === database);
  if (!found) return [];
  const about = { target: 9, database };
  const [many, upTo] = [
    { ...about, atLeast: true },
    { ...about, atLeast: false },
  ];
  return [
    {
      ...many,
      what: `throughput of ${found.clients} clients / of one`,
      value: found.throughput,
      limit: 1.5,
      unit: '×',
    },
    { ...upTo, what: 'slowest client / median', value: found.slowest, limit: 2, unit: '×' },
    { ...upTo, what: 'delay of the loop, p99', value: found.loopDelay, limit: 0.1, unit: 's' },
  ];
}

function judgeOthers(run: BenchResults): Verdict[] {
  const start = run.results.find(({ contestant }) => contestant === 'the action, without inputs');
  const about = { database: null, atLeast: false };
  const asked = run.roundTrips.find(({ what }) => what === 'nothing to do')?.roundTrips ?? Number.NaN;
  return [
    { ...about, target: 2, what: 'round trips with nothing to do', value: asked, limit: 1, unit: '' },
    {
      ...about,
      target: 10,
      what: "start of the action's bundle",
      value: median(start?.seconds ?? []),
      limit: 0.15,
      unit: 's',
    },
    {
      ...about,
      target: 14,
      what: 'reading of one cassette of 5 MB',
      value: run.cassettes?.reading.median ?? Number.NaN,
      limit: 0.5,
      unit: 's',
    },
    { ...about, target: 10, what: 'both bundles', value: run.bundleBytes / 1_000_000, limit: 3, unit: 'MB' },
  ];
}
