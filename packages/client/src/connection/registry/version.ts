/**
 * The version of this package. A test compares it with package.json, which is not read at start-up.
 */
export const VERSION = '0.1.0';

/**
 * The `User-Agent` header of a program that uses the client, e.g.
 * `fixtures/0.1.0 (node 20.19.0; linux)`.
 */
export function userAgent(program: string): string {
  return `${program}/${VERSION} (node ${process.versions.node}; ${process.platform})`;
}
