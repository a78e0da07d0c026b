import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '../statements/database.js';
import { type KnownMigrations, readKnownMigrations } from './known-migrations.js';
import { type Compatibility, compareSchema, compatibilityAfter, type FoundSchema } from './schema-state.js';
import {
  findSchema,
  lockTables,
  makeJournal,
  noteCompatibility,
  noteMigration,
  refuseReleasedBuilds,
} from './schema-store.js';
import { touchedTables } from './touched-tables.js';

/** Any number that no other program is likely to lock in the same database. */
const MIGRATION_LOCK = 7_203_155;

/** Milliseconds that a migration waits for a lock. Whoever wants the same table waits behind it. */
const LOCK_TIMEOUT = 2_000;

/** Milliseconds between two tries, in which the others go on. */
const PAUSE = 1_000;

/** Tries until the upgrade is given up: at least half a minute, with waits for a lock two minutes. */
const TRIES = 40;

/** The newest migration of the builds that do not read the note about compatibility. */
const NEWEST_RELEASED = '0007_calls';

/** A newer build migrated the database, and this one cannot work with it. */
export class DatabaseTooNew extends Error {}

/** Other transactions kept a table locked for all of the time. */
export class MigrationsBlocked extends Error {}

/**
 * Applies the migrations that the database lacks, all or none of them. Safe to call from several processes at once.
 * @throws DatabaseTooNew before it changes anything
 * @throws MigrationsBlocked after half a minute to two minutes
 */
export async function migrate(db: Database, log: (line: string) => void): Promise<void> {
  const known = readKnownMigrations();
  for (let attempt = 1; ; attempt++) {
    const found = await findSchema(db);
    if (!needsMigration(known, found)) return;
    try {
      // One transaction: a pooler may give out another connection for the next.
      return await db.transaction((tx) => migrateLocked(tx, known));
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      if (attempt === TRIES) {
        throw new MigrationsBlocked(
          'the migrations were not applied: other transactions keep a table locked. ' +
            'Find them in pg_stat_activity, end them, and start again',
          { cause: error },
        );
      }
      if (attempt === 1) log('the migrations wait until other transactions release a table');
      await sleep(PAUSE * (0.5 + Math.random()));
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
  await makeJournal(tx);
  const pending = known.migrations.filter(({ when }) => found.newest === null || when > found.newest);
  await lockTables(tx, touchedTables(pending.flatMap(({ statements }) => statements)));
  for (const migration of pending) {
    for (const statement of migration.statements) await tx.execute(sql.raw(statement));
    await noteMigration(tx, migration);
  }
  const compatibility = compatibilityAfter(known, found.compatibility, versionOfBuild());
  await noteCompatibility(tx, compatibility);
  if (mustRefuseReleased(known, found, compatibility)) await refuseReleasedBuilds(tx, compatibility);
}

/** Whether there is something to write. @throws DatabaseTooNew */
function needsMigration(known: KnownMigrations, found: FoundSchema): boolean {
  const state = compareSchema(known, found);
  if (state.kind === 'too-old') throw new DatabaseTooNew(state.message);
  return state.kind === 'behind' || found.compatibility === null;
}

/** Whether builds that do not read the note may be running on this database, and would fail. */
function mustRefuseReleased(
  { migrations }: KnownMigrations,
  { newest }: FoundSchema,
  { oldest }: Compatibility,
): boolean {
  const released = migrations.find(({ name }) => name === NEWEST_RELEASED)?.when ?? 0;
  if (oldest.when > released) return true;
  return newest !== null && newest < oldest.when;
}

function isLockTimeout(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return (cause?.code ?? code) === '55P03';
}

function versionOfBuild(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
