import type { DatabaseKind } from './options.js';

/** What is done; the names are the headings of the table. */
export type Scenario =
  | 'cold pull'
  | 'nothing to do'
  | '20 changed'
  | 'one test'
  | 'first push'
  | 'push of 10 changed'
  | 'push of cassettes'
  | 'process start';

/** One contestant doing one thing at one distance. */
export interface Case {
  scenario: Scenario;
  contestant: string;
  /** Null where no registry takes part. */
  database: DatabaseKind | null;
  /** Round trip in milliseconds */
  delay: number;
  /** Brings everything to where the clock starts. */
  before?: (round: number) => Promise<void>;
  run: (round: number) => Promise<void>;
  /** Throws unless what came of it is right, byte for byte. */
  verify?: (round: number) => Promise<void>;
  after?: () => Promise<void>;
}

export interface Result {
  scenario: Scenario;
  contestant: string;
  database: DatabaseKind | null;
  delay: number;
  /** Of each round, in their order. */
  seconds: number[];
}

export const nameOf = (one: Omit<Result, 'seconds'>) =>
  [
    `${one.scenario}: ${one.contestant}`,
    one.database ? ` (${one.database})` : '',
    one.delay > 0 ? ` at ${one.delay} ms` : '',
  ].join('');

/**
 * Runs all cases once in each round, every second round backwards, so that a machine that gets busier or
 * warmer is the same to all. A round before the first is not timed: it fills caches, and everything is
 * verified in it.
 * @throws where a contestant fails or is wrong: a table with it would say nothing
 */
export async function measure(cases: Case[], rounds: number, log: (line: string) => void): Promise<Result[]> {
  const results = cases.map(({ scenario, contestant, database, delay }): Result => {
    return { scenario, contestant, database, delay, seconds: [] };
  });
  for (let round = 0; round <= rounds; round++) {
    log(round === 0 ? `verifying ${cases.length} cases` : `round ${round} of ${rounds}`);
    const order = [...cases.keys()];
    if (round % 2 === 0) order.reverse();
    for (const at of order) {
      const [one, result] = [cases[at], results[at]];
      if (!one || !result) continue;
      const seconds = await timed(one, round).catch((error: unknown) => {
        throw new Error(`${nameOf(one)} failed`, { cause: error });
      });
      if (round > 0) result.seconds.push(seconds);
      if (round === 0) log(`  ${nameOf(one)}: ${seconds.toFixed(2)} s`);
    }
  }
  return results;
}

async function timed(one: Case, round: number): Promise<number> {
  await one.before?.(round);
  const started = performance.now();
  await one.run(round);
  const seconds = (performance.now() - started) / 1_000;
  if (round === 0) await one.verify?.(round);
  await one.after?.();
  return seconds;
}

/** The middle of a list, or the mean of the two in its middle; NaN for none. */
export function median(list: number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

/** The value that so many of a list do not exceed. @param share from 0 to 1 */
export function percentile(list: number[], share: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
