/*
 * Files of most recorders name no test, but their paths may. pytest-recording writes the cassette of a test to
 * `<dir>/cassettes/<module>/<name>.yaml`. VCR for Ruby uses such folders too, but not for a file of tests.
 */

/** The parts of a path: `<dir>/<recorder's folder>/<module>/<name>.<extension>`. */
interface PathParts {
  dir: string;
  module: string;
  name: string;
  /** The recorder's folder between `dir` and `module`; null when there is none. */
  folder: string | null;
}

const RECORDER_FOLDERS = new Set(['cassettes', 'vcr_cassettes', 'recordings', '__recordings__']);
const EXTENSION = /(?<=.)\.(?:yaml|yml|json|yaml\.gz|har|httprr)$/;
/** pytest-recording writes the class of a test before its name. */
const CLASS = /^([A-Z]\w*)\./;

/**
 * The test id that the path of a recording says, for formats whose files name no test.
 * @param format the name of its format
 * @param template the `test-id` of the settings for this path; null: a pytest node id for vcrpy in the layout
 *   of pytest-recording, else the path
 */
export function testIdOfPath(path: string, format: string, template: string | null = null): string {
  const parts = partsOf(path);
  if (template !== null) return fillIn(template, path, parts);
  const isPytest = format === 'vcrpy' && parts.folder === 'cassettes' && parts.module !== '';
  return isPytest ? fillIn('{dir}/{module}.py::{name}', path, parts) : path;
}

function partsOf(path: string): PathParts {
  const folders = path.split('/');
  const name = (folders.pop() as string).replace(EXTENSION, '');
  const module = folders.pop() ?? '';
  const last = folders.at(-1);
  const folder = last !== undefined && RECORDER_FOLDERS.has(last) ? last : null;
  if (folder !== null) folders.pop();
  return { dir: folders.join('/'), module, name, folder };
}

function fillIn(template: string, path: string, { dir, module, name }: PathParts): string {
  // Only in a pytest node id is a class separated by `::`.
  const called = template.includes('::') ? name.replace(CLASS, '$1::') : name;
  const values: Record<string, string> = { dir, module, name: called, path };
  const filled = template.replace(/\{(dir|module|name|path)\}/g, (_, key: string) => values[key] ?? '');
  // At the root of the repository `{dir}/` is empty.
  return dir === '' && template.startsWith('{dir}/') ? filled.slice(1) : filled;
}
