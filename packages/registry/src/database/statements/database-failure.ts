import { DrizzleQueryError } from 'drizzle-orm/errors';
import { DatabaseUnavailable } from './database-unavailable.js';

/** What keeps the database from being used; each may pass without a change to the registry or its question. */
export type DatabaseFault =
  | 'away'
  | 'read-only'
  | 'full'
  | 'disk'
  | 'memory'
  | 'connections'
  | 'busy'
  | 'slow'
  | 'login';

export interface DatabaseFailure {
  fault: DatabaseFault;
  /** For whoever asked the registry; without SQL, addresses or names. */
  message: string;
  /** Seconds until another try is worth it. */
  retryAfter: number;
}

const FAULTS: Record<DatabaseFault, Omit<DatabaseFailure, 'fault'>> = {
  away: { message: 'the database does not answer', retryAfter: 2 },
  'read-only': { message: 'the database is read-only', retryAfter: 10 },
  full: { message: "the database's disk is full", retryAfter: 10 },
  disk: { message: "the database's disk fails", retryAfter: 10 },
  memory: { message: 'the database is out of memory', retryAfter: 5 },
  connections: { message: 'the database has no free connection', retryAfter: 2 },
  busy: { message: 'the database is busy with other changes to the same data', retryAfter: 1 },
  slow: { message: 'the database takes too long to answer', retryAfter: 5 },
  login: { message: "the database refuses the registry's login", retryAfter: 10 },
};

/** SQLSTATEs; of two characters for a whole class. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const BY_STATE: Record<string, DatabaseFault> = {
  // connection_exception; poolers report theirs as protocol violations.
  '08': 'away',
  '25006': 'read-only',
  // idle_in_transaction_session_timeout, transaction_timeout
  '25P03': 'slow',
  '25P04': 'slow',
  '28': 'login',
  '3D000': 'login',
  // transaction_rollback: a conflict with another transaction, or a deadlock.
  '40': 'busy',
  // insufficient_resources
  '53': 'memory',
  '53100': 'full',
  '53300': 'connections',
  '53400': 'connections',
  // lock_not_available
  '55P03': 'busy',
  // query_canceled: statement_timeout
  '57014': 'slow',
  // admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout
  '57P': 'away',
  // io_error
  '58030': 'disk',
};

/** Codes of the network and the driver, other than those of a lost or missing connection. */
const BY_CODE: Record<string, DatabaseFault> = {
  POOL_EXHAUSTED: 'connections',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
};

/**
 * What an error says of the state of the database; null for one that is about something else, such as a fault in
 * a statement, which another try would not mend.
 */
export function databaseFailureOf(error: unknown): DatabaseFailure | null {
  let isOfDatabase = false;
  for (let cause = error, depth = 0; cause instanceof Error && depth < 6; cause = cause.cause, depth++) {
    isOfDatabase ||= cause instanceof DrizzleQueryError;
    const fault = faultOf(cause as Error & { code?: unknown; severity?: unknown }, isOfDatabase);
    if (fault !== null) return { fault, ...FAULTS[fault] };
  }
  return null;
}

function faultOf(
  error: Error & { code?: unknown; severity?: unknown },
  isOfDatabase: boolean,
): DatabaseFault | null {
  const { code } = error;
  if (typeof code !== 'string') return null;
  if (error instanceof DatabaseUnavailable) return faultOfState(code) ?? BY_CODE[code] ?? 'away';
  // Only a database's errors have a severity: another's code may happen to look the same.
  if (typeof error.severity === 'string') return faultOfState(code);
  return isOfDatabase ? (BY_CODE[code] ?? null) : null;
}

function faultOfState(code: string): DatabaseFault | null {
  if (!/^[0-9A-Z]{5}$/.test(code)) return null;
  return BY_STATE[code] ?? BY_STATE[code.slice(0, 3)] ?? BY_STATE[code.slice(0, 2)] ?? null;
}
