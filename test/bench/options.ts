import { parseArgs } from 'node:util';

export type DatabaseKind = 'postgres' | 'embedded';

export interface BenchOptions {
  /** A folder, a git repository or a bundle; without it recordings are generated. */
  recordings: string | undefined;
  /** Which commit of it. */
  at: string | undefined;
  databases: DatabaseKind[];
  /** Timed rounds; one more comes before them, in which everything is verified. */
  rounds: number;
  /** Round-trip times in milliseconds; always with 0, which the others are held against. */
  delays: number[];
  /** Only what has this in its name, for whoever works on one part. */
  only: string;
  /** Where the results go. */
  out: string;
}

export const USAGE = `npm run bench -- [--recordings <folder, git repository or bundle> [--at <commit or part of its subject>]]
  [--database postgres|embedded|both] [--rounds 5] [--delays 0,20,50] [--only <part of a name>] [--out bench/results]`;

/** @throws an error that tells the usage */
export function readOptions(words: string[]): BenchOptions {
  const { values } = parseArgs({
    args: words,
    options: {
      recordings: { type: 'string' },
      at: { type: 'string' },
      database: { type: 'string', default: 'both' },
      rounds: { type: 'string', default: '5' },
      delays: { type: 'string', default: '0,20,50' },
      only: { type: 'string', default: '' },
      out: { type: 'string', default: 'bench/results' },
    },
  });
  const databases: Record<string, DatabaseKind[]> = {
    postgres: ['postgres'],
    embedded: ['embedded'],
    both: ['postgres', 'embedded'],
  };
  const chosen = databases[values.database];
  const rounds = Number(values.rounds);
  const delays = [...new Set([0, ...values.delays.split(',').map(Number)])].sort((a, b) => a - b);
  if (!chosen || !(rounds >= 1) || delays.some((delay) => !(delay >= 0))) throw new Error(`usage: ${USAGE}`);
  const { recordings, at, only, out } = values;
  return { recordings, at, databases: chosen, rounds, delays, only, out };
}
