/** How long one piece of work on Postgres may take; in milliseconds, 0 for as long as it takes. */
export interface TimeLimits {
  /** One statement outside of a transaction: a question. */
  question: number;
  /** One statement of a transaction, waiting for locks included. */
  write: number;
  /** Waiting for one lock: pushes to one ref wait for each other. */
  lock: number;
  /** A transaction between two statements. */
  idle: number;
}

/** The service's: an answer, or a refusal, must come before its clients give up after 120 s without a byte. */
export const SERVICE_LIMITS: TimeLimits = { question: 30_000, write: 90_000, lock: 60_000, idle: 120_000 };

/** Those of commands and migrations, which rewrite whole tables while somebody watches. */
export const COMMAND_LIMITS: TimeLimits = { question: 0, write: 0, lock: 0, idle: 600_000 };

/** Those of a look whether the database is there. */
export const HEALTH_LIMITS: TimeLimits = { question: 2_000, write: 2_000, lock: 2_000, idle: 10_000 };

/** The limits as parameters of a session of its own. */
export function sessionParameters(limits: TimeLimits): Record<string, string> {
  return {
    statement_timeout: String(limits.question),
    lock_timeout: String(limits.lock),
    idle_in_transaction_session_timeout: String(limits.idle),
  };
}

/**
 * The statement that begins a transaction. Its limits are the transaction's own, so they also hold on a connection
 * that a pooler lends out.
 */
export function beginning(limits: TimeLimits): string {
  return `begin; set local statement_timeout = ${limits.write}; set local lock_timeout = ${limits.lock}; \
set local idle_in_transaction_session_timeout = ${limits.idle}`;
}
