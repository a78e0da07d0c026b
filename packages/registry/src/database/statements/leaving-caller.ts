import { AsyncLocalStorage } from 'node:async_hooks';

/** The caller disconnected before the response. */
export class CallerLeft extends Error {
  constructor() {
    super('the caller left');
  }
}

/** Whether a `CallerLeft` caused an error; drizzle wraps errors. */
export function isCallerLeft(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 6; cause = cause.cause, depth++) {
    if (cause instanceof CallerLeft) return true;
  }
  return false;
}

const callers = new AsyncLocalStorage<AbortSignal>();

/**
 * Runs work for one caller, and cancels its queries outside of transactions when the caller disconnects. Do
 * not use it for work that several callers share, or for writes.
 * @param left aborts when the caller disconnects
 */
export function forCaller<Result>(left: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  return callers.run(left, work);
}

/** The signal of the caller that the current work is for; null when several callers may wait for it. */
export function leavingSignal(): AbortSignal | null {
  return callers.getStore() ?? null;
}
