import type { KnownMigrations, Migration } from './known-migrations.js';

/** The builds that work with a database, as recorded there by the newest build that migrated it. */
export interface Compatibility {
  /** The newest migration of the oldest build that works. */
  oldest: Pick<Migration, 'name' | 'when'>;
  /** The newest migration that was applied. */
  newest: string;
  /** The version of Fixture Registry that applied it. */
  version: string;
}

/** The schema that was found in a database. */
export interface FoundSchema {
  /** When the newest applied migration was generated; null: the database is empty. */
  newest: number | null;
  /** Null when only builds before the compatibility note migrated the database. */
  compatibility: Compatibility | null;
}

export type SchemaState =
  /** The database has exactly the migrations of this build. */
  | { kind: 'current' }
  /** The database lacks migrations of this build: `serve` and `migrate` apply them. */
  | { kind: 'behind'; lacks: string[] }
  /** A newer build migrated the database, and this one still works. */
  | { kind: 'ahead' }
  /** A newer build migrated the database, and this one would fail or corrupt data. */
  | { kind: 'too-old'; message: string };

/** Compares the schema of a database with the migrations of this build. */
export function compareSchema({ migrations }: KnownMigrations, found: FoundSchema): SchemaState {
  const newest = migrations.at(-1);
  const { compatibility } = found;
  if (newest && compatibility && compatibility.oldest.when > newest.when) {
    return { kind: 'too-old', message: describeTooOld(newest.name, compatibility) };
  }
  const lacks = migrations.filter(({ when }) => when > (found.newest ?? Number.NEGATIVE_INFINITY));
  if (lacks.length > 0) return { kind: 'behind', lacks: lacks.map(({ name }) => name) };
  return { kind: (found.newest ?? 0) > (newest?.when ?? 0) ? 'ahead' : 'current' };
}

/** The reason why a process must not serve requests in this state, or null. */
export function refusalOf(state: SchemaState): string | null {
  if (state.kind === 'too-old') return state.message;
  if (state.kind !== 'behind') return null;
  return `the database lacks migrations (${state.lacks.join(', ')}): run fixture-registry migrate`;
}

/**
 * The compatibility note after all migrations of this build were applied.
 * @param before the note until then
 */
export function compatibilityAfter(
  { migrations, contracts }: KnownMigrations,
  before: Compatibility | null,
  version: string,
): Compatibility {
  const named = new Map(migrations.map((migration) => [migration.name, migration]));
  const required = contracts.map(({ migration, oldest }) => {
    const found = named.get(oldest);
    if (!found) throw new Error(`drizzle/contracts.json: ${migration} names ${oldest}, which does not exist`);
    return found;
  });
  const [oldest] = [...required, ...(before ? [before.oldest] : []), ...migrations.slice(0, 1)].sort(
    (a, b) => b.when - a.when,
  );
  const newest = migrations.at(-1);
  if (!oldest || !newest) throw new Error('this build has no migrations');
  return { oldest: { name: oldest.name, when: oldest.when }, newest: newest.name, version };
}

function describeTooOld(ours: string, { oldest, newest, version }: Compatibility): string {
  return (
    `the database is too new for this build: Fixture Registry ${version} migrated it to ${newest}, ` +
    `which needs a build that knows ${oldest.name}, and this build knows migrations up to ${ours}. ` +
    'Start a newer build, or restore the backup that was made before the upgrade (docs/upgrading.md)'
  );
}
