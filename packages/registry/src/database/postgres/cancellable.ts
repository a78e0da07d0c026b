import { CallerLeft } from '../statements/leaving-caller.js';
import type { PostgresConnection } from './postgres-connection.js';

/** Cancels the running statement of a connection, by the process id of its backend. */
export type Cancel = (processId: number) => Promise<void>;

/**
 * Runs a query on a connection, and cancels it when the caller disconnects.
 * @throws CallerLeft when the caller disconnected
 */
export async function runUntilLeft<Result>(
  connection: PostgresConnection,
  left: AbortSignal,
  cancel: Cancel,
  run: () => Promise<Result>,
): Promise<Result> {
  if (left.aborted) throw new CallerLeft();
  let cancelling: Promise<void> | null = null;
  const onLeave = () => {
    // If the cancellation fails, the statement timeout ends the query.
    cancelling = cancel(connection.processId).catch(() => {});
  };
  left.addEventListener('abort', onLeave, { once: true });
  try {
    return await run();
  } catch (error) {
    throw left.aborted ? new CallerLeft() : error;
  } finally {
    left.removeEventListener('abort', onLeave);
    // Wait before the connection is reused: a late cancellation would hit its next query.
    await cancelling;
  }
}
