import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';

/**
 * The folder of the generated migrations: in the published package, or in the root of the checkout. Postgres
 * and PGlite run the same ones.
 */
const MIGRATIONS =
  ['../../../drizzle', '../../../../../drizzle']
    .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
    .find((folder) => existsSync(folder)) ?? 'drizzle';

/** A migration of this build. */
export interface Migration {
  /** Its name in `drizzle/`: `0007_calls`. */
  name: string;
  /** When it was generated, in milliseconds since 1970. Migrations are applied in this order. */
  when: number;
  /** The sha256 of its SQL. */
  hash: string;
  statements: string[];
}

/**
 * A migration that removes or tightens something that earlier builds rely on; see `drizzle/contracts.json`.
 */
export interface Contract {
  migration: string;
  /** The newest migration of the oldest build that still works after it. */
  oldest: string;
}

export interface KnownMigrations {
  /** Oldest first. */
  migrations: Migration[];
  contracts: Contract[];
}

/** Reads the migrations of this build. */
export function readKnownMigrations(): KnownMigrations {
  const journal = readJson<{ entries: { tag: string }[] }>('meta/_journal.json');
  const migrations = readMigrationFiles({ migrationsFolder: MIGRATIONS }).map((file, index) => ({
    name: journal.entries[index]?.tag ?? '',
    when: file.folderMillis,
    hash: file.hash,
    statements: file.sql,
  }));
  return { migrations, contracts: readJson<Contract[]>('contracts.json') };
}

function readJson<Content>(name: string): Content {
  return JSON.parse(readFileSync(join(MIGRATIONS, name), 'utf8')) as Content;
}
