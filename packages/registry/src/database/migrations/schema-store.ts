import { sql } from 'drizzle-orm';
import { type Database, rows } from '../statements/database.js';
import type { Migration } from './known-migrations.js';
import type { Compatibility, FoundSchema } from './schema-state.js';

/** Where drizzle, and the builds released before the note about compatibility, look for applied migrations. */
const RELEASED = 'drizzle.__drizzle_migrations';

/** Where they are after `refuseReleasedBuilds`. */
const MOVED = 'drizzle.applied_migrations';

/** The note about compatibility: one row that says which builds work with this database. */
const COMPATIBILITY = 'drizzle.compatibility';

/** Reads what the database says of its schema. Throws when it does not answer. */
export async function findSchema(db: Database): Promise<FoundSchema> {
  const tables = await findTables(db);
  const [applied] =
    tables.journal === null
      ? []
      : await rows<{ newest: string | number | null }>(
          db,
          sql`select max(created_at) as newest from ${sql.raw(tables.journal)}`,
        );
  const [noted] = tables.isNoted
    ? await rows<{ oldest: string; when: string | number; newest: string; version: string }>(
        db,
        sql`select oldest, oldest_when as "when", newest, version from ${sql.raw(COMPATIBILITY)}`,
      )
    : [];
  return {
    newest: applied?.newest == null ? null : Number(applied.newest),
    compatibility: noted
      ? {
          oldest: { name: noted.oldest, when: Number(noted.when) },
          newest: noted.newest,
          version: noted.version,
        }
      : null,
  };
}

interface Tables {
  /** The table of applied migrations; null: there is none yet. */
  journal: string | null;
  isNoted: boolean;
}

async function findTables(db: Database): Promise<Tables> {
  const [found] = await rows<{ moved: boolean; released: boolean; noted: boolean }>(
    db,
    sql`select to_regclass(${MOVED}) is not null as moved, to_regclass(${RELEASED}) is not null as released,
          to_regclass(${COMPATIBILITY}) is not null as noted`,
  );
  return {
    journal: found?.moved ? MOVED : found?.released ? RELEASED : null,
    isNoted: found?.noted === true,
  };
}

/**
 * Locks those of the tables that are there, all at once or none.
 * @throws 55P03 (lock not available) when another transaction uses one of them
 */
export async function lockTables(tx: Database, tables: string[]): Promise<void> {
  const there = await rows<{ name: string }>(
    tx,
    sql`select n.name from unnest(${sql.param(tables)}::text[]) n(name)
        where to_regclass(format('public.%I', n.name)) is not null order by 1`,
  );
  if (there.length === 0) return;
  const names = sql.join(
    there.map(({ name }) => sql.identifier(name)),
    sql`, `,
  );
  await tx.execute(sql`lock table ${names} in access exclusive mode nowait`);
}

/** Makes the table of applied migrations, as drizzle's own migrator makes it. */
export async function makeJournal(db: Database): Promise<void> {
  if ((await findTables(db)).journal !== null) return;
  await db.execute(sql`create schema if not exists drizzle`);
  await db.execute(
    sql`create table ${sql.raw(RELEASED)} (id serial primary key, hash text not null, created_at bigint)`,
  );
}

/** Notes that a migration was applied. */
export async function noteMigration(db: Database, { hash, when }: Migration): Promise<void> {
  const { journal } = await findTables(db);
  await db.execute(
    sql`insert into ${sql.raw(journal ?? RELEASED)} (hash, created_at) values (${hash}, ${when})`,
  );
}

/** Notes which builds work with the database from now on. */
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
 * Makes builds that do not read the note fail with a reason, at their start and in `/readyz`. Both ask for the newest
 * applied migration: the table gets another name, and in its place is a view that only raises an error.
 */
export async function refuseReleasedBuilds(
  db: Database,
  { oldest, newest, version }: Compatibility,
): Promise<void> {
  if ((await findTables(db)).journal === RELEASED) {
    await db.execute(sql`alter table ${sql.raw(RELEASED)} rename to applied_migrations`);
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
    sql`create or replace view ${sql.raw(RELEASED)} as select * from drizzle.refuse_released_builds()`,
  );
}
