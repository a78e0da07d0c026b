import type { Hono } from 'hono';
import type { Logger } from 'pino';
import type { DriftReports } from '../../review/drift/drift-reports.js';
import type { BranchActivity } from '../../review/verdicts/branch-activity.js';
import type { Verdicts } from '../../review/verdicts/record-verdict.js';
import type { StoringConnection } from '../../store/blocks/open-block-store.js';
import type { ContentReader } from '../../store/contents/content-reader.js';
import type { Recorders } from '../../store/recorder/find-recorder.js';
import type { SnapshotSummaries } from '../../store/snapshots/snapshot-summaries.js';
import type { UnusedCounts } from '../../store/uses/unused-counts.js';
import type { UseFolder } from '../../store/uses/use-folder.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { Tracing } from '../../telemetry/tracing.js';
import type { Authenticator } from '../../trust/access/authenticate.js';
import type { GitHubSignIn } from '../../trust/github/sign-in.js';
import type { Caller } from '../../trust/identity/caller.js';
import type { Identity } from '../../trust/identity/identity.js';
import type { ByteBudget } from '../limits/byte-budget.js';
import type { FairBytes } from '../limits/fair-bytes.js';
import type { FairTurns } from '../limits/fair-turns.js';
import type { Protection } from '../limits/protection.js';
import type { RateLimits } from '../limits/rate-limits.js';

/** What the routes need. */
export interface Services {
  connection: StoringConnection;
  authenticators: Authenticator[];
  reports: DriftReports;
  verdicts: Verdicts;
  activity: BranchActivity;
  /** Counts of snapshots. */
  summaries: SnapshotSummaries;
  /** Counts of unused recordings. */
  unused: UnusedCounts;
  recorders: Recorders;
  /** Folds reported uses. */
  uses: UseFolder;
  reader: ContentReader;
  /** Without a trailing slash. */
  publicUrl: string;
  /** The GitHub of the repositories, without a trailing slash; null when the OIDC issuer is not GitHub's. */
  githubUrl: string | null;
  /** Null when sign-in with GitHub is not configured. */
  signIn: GitHubSignIn | null;
  protection: Protection;
  limits: RateLimits;
  /** Limits the look-ups of credentials from addresses that sent many invalid ones. */
  authentications: FairTurns;
  /** Limits the bytes of JSON requests in memory. */
  bodies: ByteBudget;
  /** Limits the archives that are sent at a time. */
  downloads: FairTurns;
  /** Limits the bytes of large contents in memory while they are sent. */
  largeContents: FairBytes;
  metrics: Metrics;
  /** The token that `/metrics` requires, if any; null when `/metrics` has a port of its own. */
  openMetrics: { token: string | null } | null;
  /** Null when traces are off. */
  tracing: Tracing | null;
  log: Logger;
}

export type AppEnvironment = {
  Variables: {
    requestId: string;
    /** The IP address of the client. */
    address: string | null;
    identity: Identity;
    /** The identity, address and request id, for the audit log. */
    caller: Caller;
    /** Why the request was refused. */
    problem?: string;
    /** Set for a GraphQL request with a mutation. */
    mayWrite?: boolean;
  };
};
export type App = Hono<AppEnvironment>;
