/**
 * Host, port and name of a Postgres database, for messages; never its user, password or parameters.
 * Null when the URL has another form than `postgres://host:port/name`.
 */
export function databaseAddress(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url.trim())) return null;
  const { hostname, port, pathname } = new URL(url.trim());
  // Versions of Node differ in whether a list of hosts is a valid URL.
  return hostname === '' || hostname.includes(',') ? null : `${hostname}:${port || '5432'}${pathname}`;
}
