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
  const separator = testId.indexOf('::');
  const bracket = testId.indexOf('[');
  const start = separator >= 0 ? separator + 2 : bracket >= 0 ? bracket : testId.length;
  const [, group = '', name = ''] = CLASS.exec(testId.slice(start)) ?? [];
  return testId.slice(0, start) + group + name.replace(REPLACED, '-');
}

/** The test ids or patterns, and those that a cassette has instead; without duplicates, in their order. */
export function withFileNames(tests: readonly string[]): string[] {
  return [...new Set(tests.flatMap((test) => [test, testIdInFileName(test)]))];
}
