import { CallerLeft } from '../statements/leaving-caller.js';
import type { PostgresConnection } from './postgres-connection.js';

/** Cancels what runs on a connection of the server, by the number of its process. */
export type Cancel = (processId: number) => Promise<void>;

/**
 * Runs a question on a connection, and cancels it when the caller leaves.
 * @throws CallerLeft
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
    // Without a cancellation the server ends the question at its own limit.
    cancelling = cancel(connection.processId).catch(() => {});
  };
  left.addEventListener('abort', onLeave, { once: true });
  try {
    return await run();
  } catch (error) {
    throw left.aborted ? new CallerLeft() : error;
  } finally {
    left.removeEventListener('abort', onLeave);
    // Before the connection is lent again: a late cancellation would hit the next question on it.
    await cancelling;
  }
}
