/** The version of this package; a test keeps it equal to package.json, which reading at start would cost a file. */
export const VERSION = '0.1.0';

/** What a program that uses the client calls itself to the registry, e.g. `fixtures/0.1.0 (node 20.19.0; linux)`. */
export function userAgent(program: string): string {
  return `${program}/${VERSION} (node ${process.versions.node}; ${process.platform})`;
}
