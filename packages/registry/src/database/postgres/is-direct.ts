import { PostgresConnection } from './postgres-connection.js';

/**
 * Whether a connection to this address is the server's own. A pooler that gives out connections by the transaction
 * would look for a prepared statement on the wrong one; it shows itself by the process number that it tells at the
 * start of a connection, which it makes up.
 * @throws DatabaseUnavailable, or the server's error, where nobody answers
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
    // The driver keeps the number that it was told, but its types leave it out.
    return found[0]?.['pid'] === (found as unknown as { state: { pid: number } }).state.pid;
  } finally {
    await probe.close();
  }
}
