import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './programs.js';

const DEBIAN = '/usr/lib/postgresql';
const NEEDED = ['pg_dump', 'pg_restore', 'psql', 'initdb', 'postgres'];

/**
 * The folder with a Postgres server and the clients of the same version, because `pg_dump` refuses a newer
 * server. Null when none is installed: Debian's packages are `postgresql` and `postgresql-client`.
 */
export function postgresTools(): string | null {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN, version, 'bin'))
    : [];
  const inPath = findProgram('initdb');
  const folders = [...debian, ...(inPath === null ? [] : [join(inPath, '..')])];
  return folders.find((folder) => NEEDED.every((name) => existsSync(join(folder, name)))) ?? null;
}
