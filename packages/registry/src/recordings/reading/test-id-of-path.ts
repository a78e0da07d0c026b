/** `<dir>/cassettes/<module>/<name>.yaml`: where pytest-recording puts the cassette of a test. */
const PYTEST_RECORDING = /^(?:(.*)\/)?cassettes\/([^/]+)\/([^/]+?)\.(?:yaml|yml|json|yaml\.gz)$/;

/**
 * The test id that the path of a recording says, for formats whose files name no test: a pytest node id for the
 * layout of pytest-recording, else the path.
 */
export function testIdOfPath(path: string): string {
  const [, folder, module, name] = PYTEST_RECORDING.exec(path) ?? [];
  if (module === undefined || name === undefined) return path;
  const file = `${folder === undefined ? '' : `${folder}/`}${module}.py`;
  return `${file}::${name.replace(/^([A-Z]\w*)\./, '$1::')}`;
}
