import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import { CallerLeft } from '../../database/statements/leaving-caller.js';
import { callerKey } from '../limits/rate-limits.js';
import type { AppEnvironment, Services } from '../request/services.js';

/**
 * Archives that are sent at the same time. Each holds what its client did not take yet, at most one block, and all
 * jobs of a workflow, which are one caller, ask for theirs at once.
 */
export const DOWNLOADS = { atOnce: 100, perCaller: 20, waiting: 1_000 };

/**
 * Waits until the caller may be sent another archive; its turn ends with the answer.
 * @throws TooManyWaiting, CallerLeft
 */
export async function awaitDownloadTurn(c: Context<AppEnvironment>, { downloads }: Services): Promise<void> {
  const { outgoing } = c.env as { outgoing: ServerResponse };
  if (outgoing.socket === null || outgoing.socket.destroyed) throw new CallerLeft();
  const caller = callerKey(c.get('identity'), c.get('address'));
  const turn = downloads.turn(caller, () => c.req.raw.signal);
  outgoing.once('close', turn.release);
  await turn.take();
}
