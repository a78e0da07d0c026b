import { describe, expect, it } from 'vitest';
import { ACTION } from './contestants/action.js';
import { FLOOR } from './contestants/archives.js';
import { CLONE } from './contestants/git.js';
import { median, percentile, type Result } from './measure.js';
import { renderPicture } from './picture.js';
import type { BenchResults } from './results.js';
import { renderTable } from './table.js';
import { isMet, judge } from './targets.js';

function took(contestant: string, seconds: number[], more: Partial<Result> = {}): Result {
  return { scenario: 'cold pull', contestant, database: null, delay: 0, seconds, ...more };
}

const ours = { database: 'postgres' } as const;
const RUN: BenchResults = {
  surroundings: { date: '2026-01-01', node: '20', git: 'git 2', cores: 2, rounds: 3 },
  corpus: {
    ...{ name: 'some', files: 3_162, bytes: 87e6, p50: 11e3, p90: 58e3, largest: 11e5 },
    ...{ gzipEach: 7e6, tarGz: 6e6, streaming: 0.5 },
  },
  results: [
    took(ACTION, [0.4, 0.9, 0.5], ours),
    took(ACTION, [0.8, 0.8, 0.9], { ...ours, delay: 50 }),
    took(ACTION, [0.1, 0.06, 0.05], { ...ours, scenario: 'nothing to do' }),
    took(CLONE, [1, 1.25, 2]),
    took(FLOOR, [0.2, 0.2, 0.2]),
  ],
  ...{ skipped: [], roundTrips: [], concurrency: [], drift: [], bundleBytes: 650_000, cassettes: null },
};

describe('the verdicts', () => {
  it('hold medians of one run against each other', () => {
    const told = judge(RUN).map((verdict) => [
      verdict.what,
      Number(verdict.value.toFixed(3)),
      isMet(verdict),
    ]);
    expect(told).toEqual([
      ['cold pull by the action / git clone --depth 1', 0.4, true],
      ['cold pull by the action / tar -x', 2.5, false],
      ['cold pull by the action: 50 ms more than none', 0.3, true],
      ['nothing to do / cold pull, the action', 0.12, true],
      ['both bundles', 0.65, true],
    ]);
  });

  it('say nothing of what was not measured', () => {
    expect(judge({ ...RUN, results: [] }).map(({ what }) => what)).toEqual(['both bundles']);
  });
});

describe('the table and the picture', () => {
  it('show each contestant once, the fastest first', () => {
    const lines = renderTable(RUN).split('\n');
    const rows = lines.filter((line) => /^\| [^|]+ \| \*\*/.test(line));
    expect(rows.slice(0, 3)).toEqual([
      `| ${FLOOR} | **0.20** (0.20–0.20) |  |`,
      '| the action (postgres) | **0.50** (0.40–0.90) | **0.80** (0.80–0.90) |',
      `| ${CLONE} | **1.25** (1.00–2.00) |  |`,
    ]);
  });

  it('are drawn to one scale', () => {
    const widths = [...renderPicture(RUN).matchAll(/<rect class="(?:ours|other)"[^>]* width="([\d.]+)"/g)];
    const [floor, near, far, clone] = widths.map((match) => Number(match[1]));
    expect([near, far, clone].map((width) => Math.round((100 * (width ?? 0)) / (floor ?? 1)))).toEqual([
      250, 400, 625,
    ]);
  });
});

describe('medians and percentiles', () => {
  it('take the middle, or the mean of the two in the middle', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, Number.NaN]);
    const hundred = Array.from({ length: 100 }, (_, at) => at + 1);
    expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile([7], 0.99)]).toEqual([50, 99, 7]);
  });
});
