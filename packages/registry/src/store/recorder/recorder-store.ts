import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { RecorderEvidence } from '../../recordings/playable/recorder.js';
import { entriesOf } from '../snapshots/layered-set.js';
import {
  FOLDERS,
  IS_COMMON_PLACE,
  IS_OWN_PLACE,
  IS_PLAIN,
  VERSIONS,
} from '../snapshots/playable-condition.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';

/** Recordings of which the names are looked at. More would cost time and hardly show another recorder. */
const SAMPLE = 20_000;
/** Folders that hold recordings with and without a test. */
const MOST_FOLDERS = 1_000;

/** What the recordings of a snapshot say of the recorder that wrote them. */
export async function recorderEvidence(db: Database, snapshot: SnapshotKey): Promise<RecorderEvidence> {
  const columns = sql`e.repository_id, e.path, e.hash, e.hash_status, e.endpoint, e.test_id, e.digest`;
  const entries = entriesOf(snapshot, 'all', columns, sql`e.hash is not null`);
  const found = await rows<EvidenceRow>(
    db,
    sql`with e as materialized (select * from (${entries}) u limit ${SAMPLE})
        select null::text as folder, v.named as versions, count(*)::int as count, 0 as "besideTests", 0 as common
        from e cross join lateral ${VERSIONS} v
        where e.hash_status <> 'UNKNOWN' and v.named > 0 group by v.named
        union all
        (select f.folder, null, 0, 0, 0 from e cross join lateral ${FOLDERS} f
         group by f.folder having bool_or(e.test_id is null) and bool_or(${IS_OWN_PLACE}) order by 1 limit ${MOST_FOLDERS})
        union all
        (select f.folder, -1, 0, 0, 0 from e cross join lateral ${FOLDERS} f
         where e.test_id is null and ${IS_PLAIN} group by f.folder order by 1 limit ${MOST_FOLDERS})
        union all
        select null, null, count(f.test)::int, (count(*) filter (where ${IS_OWN_PLACE}))::int,
          (count(*) filter (where ${IS_COMMON_PLACE}))::int
        from e cross join lateral ${FOLDERS} f`,
  );
  const places = found.find(({ folder, versions }) => folder === null && versions === null);
  return {
    names: found.flatMap(({ folder, versions, count }) =>
      folder !== null || versions === null ? [] : [{ versions, count }],
    ),
    testFolders: found.flatMap(({ folder, versions }) =>
      folder === null || versions !== null ? [] : [folder],
    ),
    baseFolders: found.flatMap(({ folder, versions }) =>
      folder === null || versions === null ? [] : [folder],
    ),
    ofTests: places?.count ?? 0,
    besideTests: places?.besideTests ?? 0,
    common: places?.common ?? 0,
  };
}

/** A kind of name, a folder, or the numbers of recordings in the places that a recorder searches. */
interface EvidenceRow {
  folder: string | null;
  /** For a folder: null when tests lie beside it, else any number. */
  versions: number | null;
  count: number;
  besideTests: number;
  common: number;
}
