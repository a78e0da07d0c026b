import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { settingsTextAt } from '../checks/settings-store.js';
import { parseSettings } from '../settings/parse-settings.js';
import { NO_SETTINGS, type RetentionSettings } from '../settings/settings.js';
import { headOf } from '../snapshots/layer-store.js';

/** A repository, and how long it keeps what. */
export interface KeptRepository {
  id: number;
  name: string;
  /** Null: the settings cannot be read, so everything is kept. */
  retention: RetentionSettings | null;
  /** Why the settings cannot be read. */
  problems: string[];
}

/** The ids of repositories after one, in order. */
export async function repositoriesAfter(db: Database, after: number): Promise<number[]> {
  const found = await rows<{ id: number }>(
    db,
    sql`select id::int as id from repositories where id > ${after} order by id`,
  );
  return found.map(({ id }) => id);
}

/** Reads the retention of a repository from the settings of its default branch; null when it is gone. */
export async function retentionOf(db: Database, repositoryId: number): Promise<KeptRepository | null> {
  const [found] = await rows<{ name: string; branch: string }>(
    db,
    sql`select owner || '/' || name as name, default_branch as branch from repositories where id = ${repositoryId}`,
  );
  if (!found) return null;
  const { name, branch } = found;
  const head = await headOf(db, repositoryId, 'BRANCH', branch);
  const kept = { id: repositoryId, name };
  if (head === null) return { ...kept, retention: NO_SETTINGS.retention, problems: [] };
  // An earlier release may have stored settings that this one cannot read. They may say to keep more.
  const parsed = parseSettings(await settingsTextAt(db, head));
  return 'settings' in parsed
    ? { ...kept, retention: parsed.settings.retention, problems: [] }
    : { ...kept, retention: null, problems: parsed.problems };
}
