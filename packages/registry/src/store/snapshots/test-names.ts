/** The characters that pytest-recording replaces in the file name of a cassette; `*` stays a wildcard. */
const REPLACED = /[<>?%:|"'/\\]/g;

/**
 * A test id or pattern, and the form of it that the path of a cassette has: pytest-recording names the cassette
 * of `tests/a.py::test[a/b]` `test[a-b].yaml`. Only the last part of an id is in the file name.
 */
export function testNames(test: string): string[] {
  const [, start = '', name = ''] = /^([^[]*::)(.*)$/s.exec(test) ?? [];
  const inFile = name.replace(REPLACED, '-');
  return inFile === name ? [test] : [test, start + inFile];
}
