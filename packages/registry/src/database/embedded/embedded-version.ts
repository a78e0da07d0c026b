import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The major version of Postgres that PGlite is, as `PG_VERSION` names it. */
const EMBEDDED_POSTGRES = '18';

/** The folder holds a database that this build cannot open. */
export class OtherDatabaseVersion extends Error {}

/**
 * Postgres opens only folders of its own major version, and PGlite fails on others without a reason.
 * @param folder of the database; it may not exist yet
 * @throws OtherDatabaseVersion before anything is changed
 */
export async function refuseOtherPostgres(folder: string): Promise<void> {
  const found = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  const version = found?.trim();
  if (version === undefined || version === EMBEDDED_POSTGRES) return;
  throw new OtherDatabaseVersion(
    `${folder} holds a database of Postgres ${version.slice(0, 20)}, and this build opens Postgres ` +
      `${EMBEDDED_POSTGRES}. Start the version of Fixture Registry that wrote it, or restore a backup that this ` +
      'build can open (docs/upgrading.md)',
  );
}
