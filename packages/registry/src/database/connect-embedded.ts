import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import type { Logger } from 'drizzle-orm/logger';
import { drizzle } from 'drizzle-orm/pglite';
import { databaseBlocks } from '../blocks/database-blocks.js';
import type { Connection } from './connection.js';
import { claimDataDirectory } from './data-directory.js';
import { rows } from './database.js';
import { refuseOtherPostgres } from './embedded-version.js';
import { migrate } from './migrations/migrate.js';
import { readSchemaState } from './migrations/read-schema-state.js';
import { readsOf } from './replica.js';
import * as schema from './schema.js';

/** Opens PGlite in a directory of its own. Throws `DataDirectoryInUse` when another process has it. */
export async function connectEmbedded(directory: string, logger: Logger): Promise<Connection> {
  const path = resolve(directory);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const claim = await claimDataDirectory(path);
  try {
    const database = resolve(path, 'database');
    await refuseOtherPostgres(database);
    const client = await PGlite.create(database, {
      // The driver's own parser goes byte by byte.
      parsers: { 17: (text: string) => Buffer.from(text.slice(2), 'hex') },
    });
    const db = drizzle(client, { schema, logger });
    return {
      db,
      reads: readsOf(db),
      blocks: databaseBlocks,
      kind: 'embedded',
      migrate: () => migrate(db, () => {}),
      schemaState: () => readSchemaState(db),
      writeRefusal: async () => null,
      state: async () => {
        await rows(db, sql`select 1`);
        return { connections: [] };
      },
      close: async () => {
        await client.close();
        await claim.release();
      },
    };
  } catch (error) {
    await claim.release();
    throw error;
  }
}
