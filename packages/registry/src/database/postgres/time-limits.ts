/** Time limits of work on Postgres, in milliseconds; 0: no limit. */
export interface TimeLimits {
  /** One statement outside of a transaction. */
  query: number;
  /** One statement in a transaction, including waits for locks. */
  write: number;
  /** One wait for a lock: pushes to one ref wait for each other. */
  lock: number;
  /** The time between two statements of a transaction. */
  idle: number;
}

/** Limits of the service: clients give up after 120 s without a byte, so a response must come earlier. */
export const SERVICE_LIMITS: TimeLimits = { query: 30_000, write: 90_000, lock: 60_000, idle: 120_000 };

/** Limits of commands and migrations, which may rewrite whole tables. */
export const COMMAND_LIMITS: TimeLimits = { query: 0, write: 0, lock: 0, idle: 600_000 };

/** Limits of health checks. */
export const HEALTH_LIMITS: TimeLimits = { query: 2_000, write: 2_000, lock: 2_000, idle: 10_000 };

/** The limits as session parameters. */
export function sessionParameters(limits: TimeLimits): Record<string, string> {
  return {
    statement_timeout: String(limits.query),
    lock_timeout: String(limits.lock),
    idle_in_transaction_session_timeout: String(limits.idle),
  };
}

/**
 * The statement that begins a transaction with its time limits. They are local to the transaction, so they
 * also work behind a pooler.
 */
export function beginStatement(limits: TimeLimits): string {
  return `begin; set local statement_timeout = ${limits.write}; set local lock_timeout = ${limits.lock}; \
set local idle_in_transaction_session_timeout = ${limits.idle}`;
}
