/*
 * pytest-recording names the cassette of a test after it and replaces characters that not every file system
 * allows by `-`. The test id that such a path says therefore differs from the real one:
 * `test_ask[openai:gpt-4o]` is recorded as `test_ask[openai-gpt-4o].yaml`.
 */

/** `*` is replaced as well, but it is a wildcard in a pattern, and as such matches `-`. */
const REPLACED = /[<>?%:|"'/\\]/g;
/** The class of a test, which becomes a part of its own. */
const CLASS = /^([\w*]+::)?(.*)$/s;

/**
 * A test id, or a pattern of test ids, as the path of a cassette says it. The file of the test and its class
 * stay as they are. Without `::`, only the parameters are replaced, because the rest may be a path. Pure.
 */
export function testIdInFileName(testId: string): string {
  const start = partInFileName(testId);
  const [, group = '', name = ''] = CLASS.exec(testId.slice(start)) ?? [];
  return testId.slice(0, start) + group + name.replace(REPLACED, '-');
}

/** The test ids or patterns, and those that a cassette has instead; without duplicates, in their order. */
export function withFileNames(tests: readonly string[]): string[] {
  return [...new Set(tests.flatMap((test) => [test, testIdInFileName(test)]))];
}

/**
 * The test ids that the recordings of one test may have: its own, and that of a cassette. Unlike in a pattern,
 * `*` is a character of the id.
 */
export function testNamesOf(testId: string): string[] {
  const inFileName = testIdInFileName(testId);
  const start = partInFileName(testId);
  const name = inFileName.slice(0, start) + inFileName.slice(start).replaceAll('*', '-');
  return [...new Set([testId, inFileName, name])];
}

/** Where the part of a test id begins that is in the name of the cassette. */
function partInFileName(testId: string): number {
  const separator = testId.indexOf('::');
  const bracket = testId.indexOf('[');
  return separator >= 0 ? separator + 2 : bracket >= 0 ? bracket : testId.length;
}
