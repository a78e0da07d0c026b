import postgres from 'postgres';

/** Seconds that the look waits for a connection. */
const PATIENCE = 3;

/**
 * Whether a connection to this address is the server's own. A pooler that gives out connections by the transaction
 * would look for a prepared statement on the wrong one; it shows itself by the process number that it tells at the start of
 * a connection, which it makes up. False, which is always safe, where nobody answers.
 */
export async function isDirect(url: string): Promise<boolean> {
  const probe = postgres(url, { max: 1, connect_timeout: PATIENCE, prepare: false, onnotice: () => {} });
  try {
    const found = await probe<{ pid: number }[]>`select pg_backend_pid() as pid`;
    // The driver keeps the number that it was told, but its types leave it out.
    return found[0]?.pid === (found as unknown as { state: { pid: number } }).state.pid;
  } catch {
    return false;
  } finally {
    await probe.end({ timeout: PATIENCE });
  }
}
