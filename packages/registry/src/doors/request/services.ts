import type { Hono } from 'hono';
import type { Logger } from 'pino';
import type { DriftReports } from '../../review/drift/drift-reports.js';
import type { StoringConnection } from '../../store/blocks/open-block-store.js';
import type { ContentReader } from '../../store/contents/content-reader.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { Tracing } from '../../telemetry/tracing.js';
import type { Authenticator } from '../../trust/access/authenticate.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { Identity } from '../../trust/identity/identity.js';
import type { ByteBudget } from '../limits/byte-budget.js';
import type { FairBytes } from '../limits/fair-bytes.js';
import type { FairTurns } from '../limits/fair-turns.js';
import type { Protection } from '../limits/protection.js';
import type { RateLimits } from '../limits/rate-limits.js';

/** What the routes are made of. */
export interface Services {
  connection: StoringConnection;
  authenticators: Authenticator[];
  reports: DriftReports;
  reader: ContentReader;
  /** Without a slash at its end. */
  publicUrl: string;
  protection: Protection;
  limits: RateLimits;
  /** Turns to look up credentials from addresses that sent many invalid ones. */
  judgements: FairTurns;
  /** Bytes of JSON requests that are in memory. */
  bodies: ByteBudget;
  /** Turns to be sent an archive. */
  downloads: FairTurns;
  /** Bytes of large contents that are in memory while they are sent. */
  largeContents: FairBytes;
  metrics: Metrics;
  /** Null: no traces are made. */
  tracing: Tracing | null;
  log: Logger;
}

export type AppEnvironment = {
  Variables: {
    requestId: string;
    /** The client's. */
    address: string | null;
    identity: Identity;
    /** The identity with where it calls from, as the audit log wants it. */
    caller: Caller;
    /** Why the request is refused, once it is. */
    problem?: string;
    /** Of a GraphQL request: it may have written. */
    mayWrite?: boolean;
  };
};
export type App = Hono<AppEnvironment>;
