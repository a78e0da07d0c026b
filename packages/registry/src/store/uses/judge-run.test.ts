import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportedJobs } from '../../database/schema/schema.js';
import { judgeRun, type RunFacts, type UseReason, withReport } from './judge-run.js';

const job = (total: number, succeeded: number[], failed: number[] = []) => ({ total, succeeded, failed });
const complete: RunFacts = {
  jobs: { test: job(1, [0]) },
  hasSelection: false,
  isBlind: false,
  hasReads: true,
  expectedJobs: [],
  isDefaultBranch: true,
};

describe('whether a run counts', () => {
  it.each<[string, Partial<RunFacts>, UseReason | null]>([
    ['a job without a matrix', {}, null],
    ['a whole matrix', { jobs: { test: job(3, [0, 1, 2]) } }, null],
    ['two jobs', { jobs: { unit: job(1, [0]), test: job(2, [0, 1]) } }, null],
    ['all expected jobs', { expectedJobs: ['test'] }, null],
    ['more jobs than expected', { jobs: { a: job(1, [0]), b: job(1, [0]) }, expectedJobs: ['a'] }, null],
    ['a failed job', { jobs: { test: job(1, [], [0]) } }, 'FAILED'],
    ['a failed job of a matrix', { jobs: { test: job(2, [0], [1]) } }, 'FAILED'],
    ['a failure and a selection', { jobs: { test: job(1, [], [0]) }, hasSelection: true }, 'FAILED'],
    ['a selection', { hasSelection: true }, 'SELECTION'],
    ['a blind job', { isBlind: true }, 'BLIND'],
    ['a position of the matrix is missing', { jobs: { test: job(3, [0, 2]) } }, 'INCOMPLETE'],
    ['an expected job is missing', { expectedJobs: ['test', 'slow'] }, 'INCOMPLETE'],
    ['an expected job with the name of a property', { expectedJobs: ['constructor'] }, 'INCOMPLETE'],
    ['no job', { jobs: {} }, 'INCOMPLETE'],
    ['no recording was read', { hasReads: false }, 'NOTHING_READ'],
    ['no recording was read by some jobs', { hasReads: false, expectedJobs: ['slow'] }, 'INCOMPLETE'],
    ['another branch, nothing read', { isDefaultBranch: false, hasReads: false }, 'NOTHING_READ'],
    ['another branch', { isDefaultBranch: false }, 'NOT_DEFAULT_BRANCH'],
    ['another branch, incomplete', { isDefaultBranch: false, expectedJobs: ['slow'] }, 'INCOMPLETE'],
  ])('%s', (_name, facts, reason) => {
    expect(judgeRun({ ...complete, ...facts })).toBe(reason);
  });
});

describe('the jobs of a run', () => {
  it.each<[string, ReportedJobs, Parameters<typeof withReport>[1], ReportedJobs]>([
    ['the first report', {}, { job: 'a', index: 1, total: 2, succeeded: true }, { a: job(2, [1]) }],
    [
      'another position',
      { a: job(2, [1]) },
      { job: 'a', index: 0, total: 2, succeeded: false },
      { a: job(2, [1], [0]) },
    ],
    [
      'a success after a failure',
      { a: job(1, [], [0]) },
      { job: 'a', index: 0, total: 1, succeeded: true },
      { a: job(1, [0]) },
    ],
    [
      'a late failure of an earlier attempt',
      { a: job(1, [0]) },
      { job: 'a', index: 0, total: 1, succeeded: false },
      { a: job(1, [0]) },
    ],
  ])('%s', (_name, jobs, report, expected) => {
    expect(withReport(jobs, report)).toEqual(expected);
  });

  it('keeps a job named like a property of every object', () => {
    const jobs = withReport({}, { job: '__proto__', index: 0, total: 1, succeeded: true });
    expect(Object.keys(jobs)).toEqual(['__proto__']);
  });

  it('does not depend on the order of reports, nor on repeated ones', () => {
    const report = fc.record({
      job: fc.constantFrom('unit', 'integration'),
      index: fc.integer({ min: 0, max: 3 }),
      total: fc.constant(4),
      succeeded: fc.boolean(),
    });
    const reports = fc.array(report, { minLength: 1, maxLength: 12 });
    const shuffled = reports.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })),
    );
    const unite = (all: Parameters<typeof withReport>[1][]) => all.reduce<ReportedJobs>(withReport, {});
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(unite(other)).toEqual(unite(one));
      }),
    );
  });
});
