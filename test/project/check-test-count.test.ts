import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { CHECKOUT } from '../support/registry.js';

const SCRIPT = join(CHECKOUT, 'scripts/check-test-count.js');

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'todo';

/** A report as vitest writes it, of files with the results of their tests. */
const reportOf = (files: Record<string, Status[]>, success = true) =>
  JSON.stringify({
    success,
    testResults: Object.entries(files).map(([file, results]) => ({
      name: `/checkout/${file}`,
      assertionResults: results.map((status) => ({ status })),
    })),
  });

/** Checks a report against four tests, of which a file may skip two. */
async function check(report: string | null, count = '{ "tests": 4, "maySkip": { "test/b.test.ts": 2 } }') {
  await using folder = await makeFolder({
    'count.json': count,
    ...(report !== null && { 'report.json': report }),
  });
  const { status, stdout, stderr } = await run(process.execPath, [SCRIPT, 'report.json', 'count.json'], {
    cwd: folder.path,
  });
  return { status, last: stdout.trimEnd().split('\n').at(-1), stdout, stderr };
}

const BOTH: Status[] = ['passed', 'passed'];

describe('the check of the number of tests', () => {
  it.each<[string, Record<string, Status[]>, string]>([
    ['all tests', { 'test/a.test.ts': BOTH, 'test/b.test.ts': BOTH }, '4 passed, 0 failed, 0 skipped'],
    [
      'tests whose program is missing',
      { 'test/a.test.ts': BOTH, 'test/b.test.ts': ['skipped', 'pending'] },
      '2 passed, 0 failed, 2 skipped',
    ],
  ])('accepts %s', async (_, files, line) => {
    expect(await check(reportOf(files))).toMatchObject({ status: 0, last: line, stderr: '' });
  });

  it('accepts more, and says which number to commit', async () => {
    const { status, stdout, last } = await check(
      reportOf({ 'test/a.test.ts': [...BOTH, ...BOTH, 'passed'] }),
    );
    expect([status, last]).toEqual([0, '5 passed, 0 failed, 0 skipped']);
    expect(stdout).toContain('1 tests are new: set "tests" in count.json to 5.');
  });

  it.each<[string, string | null, RegExp]>([
    ['a missing report', null, /report\.json cannot be read \(ENOENT\)\. vitest writes it/],
    ['a report that is cut off', '{ "success": tr', /report\.json cannot be read \(it is not JSON\)/],
    ['a report of no file', reportOf({}), /no test ran/],
    [
      'fewer tests',
      reportOf({ 'test/a.test.ts': [...BOTH, 'passed'] }),
      /3 tests ran, and 4 ran before.*set "tests" in count\.json to 3/,
    ],
    ['a failed test', reportOf({ 'test/a.test.ts': [...BOTH, ...BOTH, 'failed'] }, false), /not all tests/],
    [
      'a file that failed as a whole',
      reportOf({ 'test/a.test.ts': [...BOTH, ...BOTH] }, false),
      /not all tests/,
    ],
    [
      'a skipped test of another file',
      reportOf({ 'test/a.test.ts': [...BOTH, ...BOTH, 'skipped'] }),
      /a\.test\.ts skipped 1 tests, and may skip 0/,
    ],
    [
      'more skipped tests than a file may skip',
      reportOf({ 'test/a.test.ts': BOTH, 'test/b.test.ts': ['skipped', 'skipped', 'todo'] }),
      /b\.test\.ts skipped 3 tests, and may skip 2/,
    ],
  ])('fails on %s', async (_, report, words) => {
    const { status, stderr, last } = await check(report);
    expect(stderr).toMatch(words);
    expect(status).toBe(1);
    expect(last).toMatch(/^\d+ passed, \d+ failed, \d+ skipped$/);
  });

  it('fails when the committed number is missing', async () => {
    const report = reportOf({ 'test/a.test.ts': [...BOTH, ...BOTH] });
    expect((await check(report, '{ "maySkip": {} }')).status).toBe(1);
    expect((await check(report, 'nothing')).status).toBe(1);
  });
});
