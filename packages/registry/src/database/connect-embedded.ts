import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import type { Logger } from 'drizzle-orm/logger';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { databaseBlocks } from '../blocks/database-blocks.js';
import type { Connection } from './connection.js';
import { claimDataDirectory } from './data-directory.js';
import { rows } from './database.js';
import { isMigrated, MIGRATIONS } from './migrations.js';
import { readsOf } from './replica.js';
import * as schema from './schema.js';

/** Opens PGlite in a directory of its own. Throws `DataDirectoryInUse` when another process has it. */
export async function connectEmbedded(directory: string, logger: Logger): Promise<Connection> {
  const path = resolve(directory);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const claim = await claimDataDirectory(path);
  try {
    const client = await PGlite.create(resolve(path, 'database'), {
      // The driver's own parser goes byte by byte.
      parsers: { 17: (text: string) => Buffer.from(text.slice(2), 'hex') },
    });
    const db = drizzle(client, { schema, logger });
    return {
      db,
      reads: readsOf(db),
      blocks: databaseBlocks,
      kind: 'embedded',
      migrate: () => migrate(db, { migrationsFolder: MIGRATIONS }),
      isMigrated: () => isMigrated(db),
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
