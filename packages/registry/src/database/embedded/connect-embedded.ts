import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Logger } from 'drizzle-orm/logger';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { databaseBlocks } from '../../blocks/database-blocks.js';
import type { Connection } from '../connection.js';
import { type Database, rows } from '../database.js';
import { isMigrated, MIGRATIONS } from '../migrations.js';
import { readsOf } from '../replica.js';
import * as schema from '../schema.js';
import { claimDataDirectory } from './data-directory.js';
import { DatabaseThread } from './database-thread.js';
import { refusalFor } from './free-space.js';

/** Opens PGlite in a directory of its own. Throws `DataDirectoryInUse` when another process has it. */
export async function connectEmbedded(
  directory: string,
  log: (line: string) => void,
  logger: Logger,
): Promise<Connection> {
  const path = resolve(directory);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const claim = await claimDataDirectory(path);
  try {
    const thread = await DatabaseThread.open(resolve(path, 'database'), log);
    const client = openClient(thread, log);
    const db: Database = drizzle(client, { schema, logger });
    return {
      db,
      reads: readsOf(db),
      blocks: databaseBlocks,
      kind: 'embedded',
      migrate: async () => {
        // A registry whose disk is full starts, too, to be read.
        if (await isMigrated(db)) return;
        await migrate(drizzle(client, { schema }), { migrationsFolder: MIGRATIONS });
      },
      isMigrated: () => isMigrated(db),
      state: async () => {
        await rows(db, sql`select 1`);
        return { connections: [] };
      },
      writeRefusal: async () => refusalFor(path, false),
      announce: (url, token) => claim.announce(url, token),
      close: async () => {
        await client.end({ timeout: 1 });
        await thread.close();
        await claim.release();
      },
    };
  } catch (error) {
    await claim.release();
    throw error;
  }
}

/** PGlite has one session, so the driver has one connection, which lives as long as the thread. */
function openClient(thread: DatabaseThread, log: (line: string) => void): postgres.Sql {
  const options = {
    host: 'embedded',
    database: 'postgres',
    user: 'postgres',
    max: 1,
    max_lifetime: null,
    connect_timeout: 0,
    onnotice: (notice: Record<string, string>) => {
      // "already exists, skipping" at each start is no news.
      if (notice['severity'] !== 'NOTICE') log(String(notice['message']));
    },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  };
  // The driver's types leave out this option: https://github.com/porsager/postgres#connection-details
  return postgres({ ...options, socket: () => thread.connect() } as typeof options);
}
