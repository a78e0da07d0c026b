import { AsyncLocalStorage } from 'node:async_hooks';

/** The caller left, so nobody waits for the answer. */
export class CallerLeft extends Error {
  constructor() {
    super('the caller left');
  }
}

/** Whether an error comes from a caller that left; the database's client wraps errors. */
export function isCallerLeft(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 6; cause = cause.cause, depth++) {
    if (cause instanceof CallerLeft) return true;
  }
  return false;
}

const callers = new AsyncLocalStorage<AbortSignal>();

/**
 * Does work that only one caller waits for: its questions to the database, outside of transactions, are cancelled
 * when the caller leaves. Not for work whose result others share, and not for writes.
 * @param left aborted when the caller leaves
 */
export function forCaller<Result>(left: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  return callers.run(left, work);
}

/** The signal of the caller that the present work is for; null where others may wait for it, too. */
export function leavingSignal(): AbortSignal | null {
  return callers.getStore() ?? null;
}
