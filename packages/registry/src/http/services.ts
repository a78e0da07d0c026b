import type { Hono } from 'hono';
import type { Logger } from 'pino';
import type { Authenticator } from '../access/authenticate.js';
import type { Identity } from '../access/identity.js';
import type { ContentReader } from '../contents/content-reader.js';
import type { Connection } from '../database/connect.js';
import type { DriftReports } from '../drift/drift-reports.js';

/** What the routes are made of. */
export interface Services {
  connection: Connection;
  authenticators: Authenticator[];
  reports: DriftReports;
  reader: ContentReader;
  /** Without a slash at its end. */
  publicUrl: string;
  log: Logger;
}

export type AppEnvironment = { Variables: { requestId: string; identity: Identity } };
export type App = Hono<AppEnvironment>;
