// Fails when a test failed, was left out, or fewer ran than `test/test-count.json` says. Prints the result
// last.
import { readFileSync } from 'node:fs';

const [reportFile = 'node_modules/.cache/test-report.json', countFile = 'test/test-count.json'] =
  process.argv.slice(2);

/** @param {string} reason */
function fail(reason) {
  console.error(`check-test-count: ${reason}`);
  process.exitCode = 1;
}

/** @param {string} file @param {string} remedy */
function readJson(file, remedy) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    fail(`${file} cannot be read (${error.code ?? 'it is not JSON'}). ${remedy}`);
    return null;
  }
}

const report = readJson(reportFile, 'vitest writes it at the end of a run: see above why it did not.');
const expected = readJson(countFile, 'It is committed: restore it.');

const results = { passed: 0, failed: 0, skipped: 0 };
if (report && expected) {
  /** @type {Record<string, number>} */
  const skippedIn = {};
  for (const { name, assertionResults } of report.testResults ?? []) {
    const file = name.replaceAll('\\', '/');
    for (const { status } of assertionResults) {
      if (status === 'passed' || status === 'failed') results[status]++;
      else {
        results.skipped++;
        const known = Object.keys(expected.maySkip).find((path) => file.endsWith(`/${path}`));
        skippedIn[known ?? file] = (skippedIn[known ?? file] ?? 0) + 1;
      }
    }
  }
  // A test that needs a program that this machine lacks counts as if it had run.
  let counted = results.passed + results.failed;
  for (const [file, skipped] of Object.entries(skippedIn)) {
    const allowed = expected.maySkip[file] ?? 0;
    counted += Math.min(skipped, allowed);
    if (skipped > allowed) {
      fail(
        `${file} skipped ${skipped} tests, and may skip ${allowed}. Run them, or change maySkip in ${countFile}.`,
      );
    }
  }
  if (results.failed > 0 || report.success !== true) fail('not all tests and test files passed: see above.');
  if (!(counted > 0)) fail('no test ran.');
  if (!Number.isInteger(expected.tests) || expected.tests < 1) {
    fail(`"tests" in ${countFile} must be the number of tests, and is ${expected.tests}.`);
  } else if (counted < expected.tests) {
    fail(
      `${counted} tests ran, and ${expected.tests} ran before. Find out which are missing; ` +
        `if they were removed on purpose, set "tests" in ${countFile} to ${counted}.`,
    );
  } else if (counted > expected.tests) {
    console.log(`${counted - expected.tests} tests are new: set "tests" in ${countFile} to ${counted}.`);
  }
}
console.log(`${results.passed} passed, ${results.failed} failed, ${results.skipped} skipped`);
