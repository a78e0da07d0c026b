import { DrizzleQueryError } from 'drizzle-orm/errors';
import { DatabaseUnavailable } from './database-unavailable.js';

/** Why the database cannot be used now. Each fault may pass without a change to the registry or its query. */
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
  /** For the client; contains no SQL, addresses or names. */
  message: string;
  /** Seconds after which a retry makes sense. */
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

/**
 * By SQLSTATE; two characters stand for a class.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const BY_STATE: Record<string, DatabaseFault> = {
  // connection_exception; poolers report connection errors as protocol violations.
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

/** By code of the network or the driver; all other codes mean a lost or missing connection. */
const BY_CODE: Record<string, DatabaseFault> = {
  POOL_EXHAUSTED: 'connections',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
};

/**
 * The state of the database that an error reports; null for other errors, such as an error in a statement,
 * where a retry does not help.
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
  // Only errors of the database have a severity; codes of other errors may look like a SQLSTATE.
  if (typeof error.severity === 'string') return faultOfState(code);
  return isOfDatabase ? (BY_CODE[code] ?? null) : null;
}

function faultOfState(code: string): DatabaseFault | null {
  if (!/^[0-9A-Z]{5}$/.test(code)) return null;
  return BY_STATE[code] ?? BY_STATE[code.slice(0, 3)] ?? BY_STATE[code.slice(0, 2)] ?? null;
}
