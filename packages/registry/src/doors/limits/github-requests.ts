import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { InTurn } from '../../trust/github/permissions.js';
import { FairTurns, PAUSE, TooManyWaiting } from './fair-turns.js';

/** Requests to GitHub in progress; each takes at most 5 seconds. */
const TURNS = { atOnce: 32, perCaller: 4, waiting: 20 };

/** Requests to GitHub that one caller can cause: GitHub accepts 5,000 per hour of a person. */
const RATE = { points: 60, duration: 60 };

/** Limits the requests to GitHub, in all and of one caller. Each process counts separately. */
export function boundGitHubRequests(): InTurn {
  const turns = new FairTurns(TURNS);
  const rate = new RateLimiterMemory(RATE);
  return async (caller, work) => {
    const turn = turns.turn(caller);
    try {
      await turn.take();
      await rate.consume(caller);
      return await work();
    } catch (error) {
      const retryAfter = pauseOf(error);
      if (retryAfter === null) throw error;
      return { kind: 'unavailable', message: 'too many requests to GitHub at once', retryAfter };
    } finally {
      turn.release();
    }
  };
}

/** Seconds until the caller can retry; null when the error is another one. */
function pauseOf(error: unknown): number | null {
  if (error instanceof TooManyWaiting) return PAUSE;
  return error instanceof RateLimiterRes ? Math.max(1, Math.ceil(error.msBeforeNext / 1_000)) : null;
}
