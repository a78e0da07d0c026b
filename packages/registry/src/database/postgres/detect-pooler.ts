import { PostgresConnection } from './postgres-connection.js';

/**
 * Whether this address leads to the server itself, not to a pooler. A transaction pooler changes the server
 * connection between transactions, so prepared statements fail on it. It is detected by the process id that
 * it announces at the start of a connection: the id differs from `pg_backend_pid()`.
 * @throws DatabaseUnavailable, or the server's error, when the server is not reachable
 */
export async function isDirect(url: string): Promise<boolean> {
  const options = {
    prepare: false,
    session: {},
    onNotice: () => {},
    types: { parsers: {}, serializers: {} },
  };
  const probe = await PostgresConnection.open(url, options);
  try {
    const found = await probe.run('select pg_backend_pid() as pid');
    // The driver keeps the announced id, but its types leave it out.
    return found[0]?.['pid'] === (found as unknown as { state: { pid: number } }).state.pid;
  } finally {
    await probe.close();
  }
}
