import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { buildVersion } from '../../vocabulary/build-version.js';
import type { Database } from '../statements/database.js';
import { type KnownMigrations, readKnownMigrations } from './known-migrations.js';
import { type Compatibility, compareSchema, compatibilityAfter, type FoundSchema } from './schema-state.js';
import {
  createJournal,
  findSchema,
  lockTables,
  noteCompatibility,
  noteMigration,
  refuseOldBuilds,
} from './schema-store.js';
import { touchedTables } from './touched-tables.js';

/** The key of the advisory lock: an arbitrary number that other programs are unlikely to use. */
const MIGRATION_LOCK = 7_203_155;

/** Milliseconds that a migration waits for a lock. Other users of the table queue behind it. */
const LOCK_TIMEOUT = 2_000;

/** Milliseconds between two attempts, so that other transactions proceed. */
const RETRY_DELAY = 1_000;

/** Attempts before the upgrade fails: half a minute to two minutes, depending on the waits for locks. */
const ATTEMPTS = 40;

/** The newest migration of the builds that do not read the compatibility note. */
const NEWEST_WITHOUT_NOTE = '0007_calls';

/** A newer build migrated the database, and this one cannot work with it. */
export class DatabaseTooNew extends Error {}

/** Other transactions kept a table locked during every attempt. */
export class MigrationsBlocked extends Error {}

/**
 * Applies the missing migrations in one transaction. Several processes may call it at once.
 * @throws DatabaseTooNew before it changes anything
 * @throws MigrationsBlocked after half a minute to two minutes
 */
export async function migrate(db: Database, log: (line: string) => void): Promise<void> {
  const known = readKnownMigrations();
  for (let attempt = 1; ; attempt++) {
    const found = await findSchema(db);
    if (!needsMigration(known, found)) return;
    try {
      // A session-level lock would fail behind a pooler, which may assign another connection afterwards.
      return await db.transaction((tx) => migrateLocked(tx, known));
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      if (attempt === ATTEMPTS) {
        throw new MigrationsBlocked(
          'the migrations were not applied: other transactions keep a table locked. ' +
            'Find them in pg_stat_activity, end them, and start again',
          { cause: error },
        );
      }
      if (attempt === 1) log('the migrations wait until other transactions release a table');
      await sleep(RETRY_DELAY * (0.5 + Math.random()));
    }
  }
}

async function migrateLocked(tx: Database, known: KnownMigrations): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
  // Another process may have migrated in the meantime.
  const found = await findSchema(tx);
  if (!needsMigration(known, found)) return;
  await tx.execute(
    sql`select set_config('lock_timeout', ${String(LOCK_TIMEOUT)}, true), set_config('statement_timeout', '0', true)`,
  );
  await createJournal(tx);
  const pending = known.migrations.filter(({ when }) => found.newest === null || when > found.newest);
  await lockTables(tx, touchedTables(pending.flatMap(({ statements }) => statements)));
  for (const migration of pending) {
    for (const statement of migration.statements) await tx.execute(sql.raw(statement));
    await noteMigration(tx, migration);
  }
  const compatibility = compatibilityAfter(known, found.compatibility, buildVersion());
  await noteCompatibility(tx, compatibility);
  if (mustRefuseOldBuilds(known, found, compatibility)) await refuseOldBuilds(tx, compatibility);
}

/** Whether migrations or the compatibility note are missing. @throws DatabaseTooNew */
function needsMigration(known: KnownMigrations, found: FoundSchema): boolean {
  const state = compareSchema(known, found);
  if (state.kind === 'too-old') throw new DatabaseTooNew(state.message);
  return state.kind === 'behind' || found.compatibility === null;
}

/** Whether builds that do not read the compatibility note may run on this database, and would fail. */
function mustRefuseOldBuilds(
  { migrations }: KnownMigrations,
  { newest }: FoundSchema,
  { oldest }: Compatibility,
): boolean {
  const withoutNote = migrations.find(({ name }) => name === NEWEST_WITHOUT_NOTE)?.when ?? 0;
  if (oldest.when > withoutNote) return true;
  return newest !== null && newest < oldest.when;
}

function isLockTimeout(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return (cause?.code ?? code) === '55P03';
}
