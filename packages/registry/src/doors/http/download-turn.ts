import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import { CallerLeft } from '../../database/statements/leaving-caller.js';
import type { Memory } from '../../store/contents/memory.js';
import { callerKey } from '../limits/rate-limits.js';
import type { AppEnvironment, Services } from '../request/services.js';

const MIB = 1024 * 1024;

/**
 * Limits for archives that are sent at a time. Each holds at most one block in memory. All jobs of
 * a workflow are one caller, and start their downloads at the same time.
 */
export const DOWNLOADS = { atOnce: 100, perCaller: 20, waiting: 1_000 };

/**
 * Maximum bytes of recordings above 4 MiB in memory. Each is in memory completely until its client
 * has received it.
 */
export const LARGE_CONTENTS = { all: 256 * MIB, perCaller: 64 * MIB };

/**
 * Waits until another archive can be sent to the caller. The turn ends with the response.
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

/**
 * The caller's share of the memory for large contents. What a download holds is released when its
 * response ends.
 */
export function memoryForDownload(c: Context<AppEnvironment>, { largeContents }: Services): Memory {
  const { outgoing } = c.env as { outgoing: ServerResponse };
  const end = new AbortController();
  outgoing.once('close', () => end.abort());
  return largeContents.share(callerKey(c.get('identity'), c.get('address')), end.signal);
}
