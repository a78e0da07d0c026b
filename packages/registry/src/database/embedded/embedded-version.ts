import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The major version of Postgres in PGlite, as in the file `PG_VERSION`. */
const EMBEDDED_POSTGRES = '18';

/** The folder contains a database that this build cannot open. */
export class OtherDatabaseVersion extends Error {}

/**
 * Refuses a database folder of another major version of Postgres: PGlite fails on it without a reason.
 * @param folder the database's folder; it need not exist yet
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
    `${folder} contains a database of Postgres ${version.slice(0, 20)}, but this build opens Postgres ` +
      `${EMBEDDED_POSTGRES}. Start the version of Fixture Registry that wrote it, or restore a backup that this ` +
      'build can open (docs/upgrading.md)',
  );
}
