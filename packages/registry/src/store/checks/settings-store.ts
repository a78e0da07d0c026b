import { and, desc, eq, lte } from 'drizzle-orm';
import { settings } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import { parseSettings } from '../settings/parse-settings.js';
import { NO_SETTINGS, type Settings } from '../settings/settings.js';
import type { Layer, SnapshotKey } from '../snapshots/snapshot-key.js';

/**
 * The settings text of a snapshot: of its top layer, else of the next layer that has one; empty when none
 * has.
 */
export async function settingsTextAt(
  db: Database,
  snapshot: { repositoryId: number; layers: Layer[] },
): Promise<string> {
  for (const { refId, version } of snapshot.layers) {
    const [found] = await db
      .select({ text: settings.text })
      .from(settings)
      .where(
        and(
          eq(settings.repositoryId, snapshot.repositoryId),
          eq(settings.refId, refId),
          lte(settings.since, version),
        ),
      )
      .orderBy(desc(settings.since))
      .limit(1);
    if (found) return found.text;
  }
  return '';
}

/** The settings of a snapshot. */
export async function settingsAt(db: Database, snapshot: SnapshotKey): Promise<Settings> {
  return storedSettings(await settingsTextAt(db, snapshot));
}

/** Parses a stored text. Only valid settings are stored, but an older release may have accepted more. */
export function storedSettings(text: string): Settings {
  const parsed = parseSettings(text);
  return 'settings' in parsed ? parsed.settings : NO_SETTINGS;
}

/** Stores the settings text of a ref from a version on. */
export async function writeSettings(
  tx: Database,
  repositoryId: number,
  { refId, version }: Layer,
  text: string,
): Promise<void> {
  await tx.insert(settings).values({ repositoryId, refId, since: version, text });
}
