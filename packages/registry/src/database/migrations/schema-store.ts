import { sql } from 'drizzle-orm';
import { type Database, rows } from '../statements/database.js';
import type { Migration } from './known-migrations.js';
import type { Compatibility, FoundSchema } from './schema-state.js';

/** Drizzle's own table of applied migrations, which builds before the compatibility note read. */
const ORIGINAL = 'drizzle.__drizzle_migrations';

/** The name of that table after `refuseOldBuilds`. */
const MOVED = 'drizzle.applied_migrations';

/** The compatibility note: one row that says which builds work with this database. */
const COMPATIBILITY = 'drizzle.compatibility';

/** Reads the applied migrations and the compatibility note. Throws when the database is not reachable. */
export async function findSchema(db: Database): Promise<FoundSchema> {
  const tables = await findTables(db);
  const [applied] =
    tables.journal === null
      ? []
      : await rows<{ newest: string | number | null }>(
          db,
          sql`select max(created_at) as newest from ${sql.raw(tables.journal)}`,
        );
  const [note] = tables.hasNote
    ? await rows<{ oldest: string; when: string | number; newest: string; version: string }>(
        db,
        sql`select oldest, oldest_when as "when", newest, version from ${sql.raw(COMPATIBILITY)}`,
      )
    : [];
  return {
    newest: applied?.newest == null ? null : Number(applied.newest),
    compatibility: note
      ? {
          oldest: { name: note.oldest, when: Number(note.when) },
          newest: note.newest,
          version: note.version,
        }
      : null,
  };
}

interface Tables {
  /** The table of applied migrations; null when there is none yet. */
  journal: string | null;
  hasNote: boolean;
}

async function findTables(db: Database): Promise<Tables> {
  // Not `to_regclass`: within a transaction it may answer from a cache that is older than the migration of another
  // process, for which this one has just waited.
  const found = await rows<{ name: string }>(
    db,
    sql`select n.nspname || '.' || c.relname as name from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = 'drizzle'`,
  );
  const names = new Set(found.map(({ name }) => name));
  return {
    journal: names.has(MOVED) ? MOVED : names.has(ORIGINAL) ? ORIGINAL : null,
    hasNote: names.has(COMPATIBILITY),
  };
}

/**
 * Locks the tables that exist, all or none of them.
 * @throws 55P03 (lock not available) when another transaction uses one of them
 */
export async function lockTables(tx: Database, tables: string[]): Promise<void> {
  const existing = await rows<{ name: string }>(
    tx,
    sql`select n.name from unnest(${sql.param(tables)}::text[]) n(name)
        where to_regclass(format('public.%I', n.name)) is not null order by 1`,
  );
  if (existing.length === 0) return;
  const names = sql.join(
    existing.map(({ name }) => sql.identifier(name)),
    sql`, `,
  );
  await tx.execute(sql`lock table ${names} in access exclusive mode nowait`);
}

/** Creates the table of applied migrations, in the form of drizzle's own migrator. */
export async function createJournal(db: Database): Promise<void> {
  if ((await findTables(db)).journal !== null) return;
  await db.execute(sql`create schema if not exists drizzle`);
  await db.execute(
    sql`create table ${sql.raw(ORIGINAL)} (id serial primary key, hash text not null, created_at bigint)`,
  );
}

/** Records that a migration was applied. */
export async function noteMigration(db: Database, { hash, when }: Migration): Promise<void> {
  const { journal } = await findTables(db);
  await db.execute(
    sql`insert into ${sql.raw(journal ?? ORIGINAL)} (hash, created_at) values (${hash}, ${when})`,
  );
}

/** Writes the compatibility note. */
export async function noteCompatibility(
  db: Database,
  { oldest, newest, version }: Compatibility,
): Promise<void> {
  await db.execute(
    sql`create table if not exists ${sql.raw(COMPATIBILITY)} (
          one boolean primary key default true check (one),
          oldest text not null, oldest_when bigint not null, newest text not null, version text not null)`,
  );
  await db.execute(
    sql`insert into ${sql.raw(COMPATIBILITY)} (oldest, oldest_when, newest, version)
        values (${oldest.name}, ${oldest.when}, ${newest}, ${version})
        on conflict (one) do update set oldest = excluded.oldest, oldest_when = excluded.oldest_when,
          newest = excluded.newest, version = excluded.version`,
  );
}

/**
 * Makes builds that do not read the compatibility note fail with a reason, at their start and in `/readyz`.
 * Both read the newest applied migration: this renames its table, and puts a view in its place that only
 * raises an error.
 */
export async function refuseOldBuilds(
  db: Database,
  { oldest, newest, version }: Compatibility,
): Promise<void> {
  if ((await findTables(db)).journal === ORIGINAL) {
    await db.execute(sql`alter table ${sql.raw(ORIGINAL)} rename to applied_migrations`);
  }
  const message =
    `Fixture Registry ${version} migrated this database to ${newest}, which this build cannot use: ` +
    `start a build that knows ${oldest.name}, or restore the backup made before the upgrade`;
  await db.execute(
    sql`create or replace function drizzle.refuse_released_builds()
        returns table (id integer, hash text, created_at bigint) language plpgsql as ${sql.raw(
          `$$ begin raise exception '%', '${message.replaceAll("'", "''")}'; end $$`,
        )}`,
  );
  await db.execute(
    sql`create or replace view ${sql.raw(ORIGINAL)} as select * from drizzle.refuse_released_builds()`,
  );
}
