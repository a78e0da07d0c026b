import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { RecorderEvidence } from '../../recordings/playable/recorder.js';
import { entriesOf } from '../snapshots/layered-set.js';
import { FOLDER, IS_OWN_PLACE, NAME_VERSIONS } from '../snapshots/playable-condition.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';

/** Recordings of which the names are looked at. More would cost time and hardly show another recorder. */
const SAMPLE = 20_000;
/** Folders that hold recordings with and without a test. */
const MOST_FOLDERS = 1_000;

/** What the recordings of a snapshot say of the recorder that wrote them. */
export async function recorderEvidence(db: Database, snapshot: SnapshotKey): Promise<RecorderEvidence> {
  const columns = sql`e.repository_id, e.path, e.hash, e.hash_status, e.endpoint, e.test_id, e.digest`;
  const entries = entriesOf(snapshot, 'all', columns, sql`e.hash is not null`);
  const found = await rows<{ folder: string | null; versions: number | null; count: number }>(
    db,
    sql`with e as materialized (select * from (${entries}) u limit ${SAMPLE})
        select null::text as folder, n.versions, count(*)::int as count from (
          select ${NAME_VERSIONS} as versions from e
          cross join lateral (select * from readings s
            where s.repository_id = e.repository_id and s.digest = e.digest offset 0) r
          where e.hash_status <> 'UNKNOWN') n
        where n.versions > 0 group by n.versions
        union all
        (select f.folder, null, count(*)::int from (
           select ${FOLDER} as folder, e.test_id is null as is_shared, ${IS_OWN_PLACE} as is_own from e) f
         group by f.folder having bool_or(f.is_shared) and bool_or(f.is_own) order by 1 limit ${MOST_FOLDERS})`,
  );
  return {
    names: found.flatMap(({ versions, count }) => (versions === null ? [] : [{ versions, count }])),
    testFolders: found.flatMap(({ folder }) => (folder === null ? [] : [folder])),
  };
}
