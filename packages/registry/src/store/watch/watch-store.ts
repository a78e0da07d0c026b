import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { parseWatchRefName, type WatchRepeat } from '../../vocabulary/watch-name.js';
import type { Layer } from '../snapshots/snapshot-key.js';

/** A repeat that arrived, with its newest version. */
export interface StoredRepeat extends WatchRepeat, Layer {}

/** What the repeats of a run recorded. */
export interface StoredWatch {
  run: string;
  /** The number of repeats that the run makes. */
  repeats: number;
  /** The repeats that arrived, at least one, by number: of several attempts the newest. */
  stored: StoredRepeat[];
}

/** The number of runs whose watches a repository keeps. */
const KEPT_RUNS = 20;

/** The part of the name of a watch's ref that all repeats of its run share. */
const RUN = sql`split_part(r.name, '/', 1)`;

const WATCHES = (repositoryId: number) => sql`r.repository_id = ${repositoryId} and r.kind = 'WATCH'`;

/**
 * The watch of a run; null when there is none. A re-run may repeat only the jobs that failed, so the repeats of earlier
 * attempts count as long as they recorded over the same state of the default branch.
 * @param run null: the run that started to push last
 */
export async function findWatch(
  db: Database,
  repositoryId: number,
  run: string | null,
): Promise<StoredWatch | null> {
  const ofRun = run === null ? sql`true` : sql`${RUN} = ${run}`;
  const found = await rows<Layer & { name: string; base: string | null }>(
    db,
    sql`select r.name, r.id::int as "refId", r.version, r.base_ref_id || '.' || r.base_version as base from refs r
        where ${WATCHES(repositoryId)} and r.version > 0 and ${ofRun} order by r.id desc`,
  );
  const arrived = found.map(({ name, ...ref }) => ({ ...parseWatchRefName(name), ...ref }));
  const [newest] = arrived;
  if (!newest) return null;
  const stored = new Map<number, StoredRepeat>();
  for (const { base, ...each } of arrived) {
    const isOfWatch = each.run === newest.run && each.repeats === newest.repeats && base === newest.base;
    const earlier = stored.get(each.repeat);
    if (isOfWatch && (earlier === undefined || each.attempt > earlier.attempt)) stored.set(each.repeat, each);
  }
  const byNumber = [...stored.values()].sort((a, b) => a.repeat - b.repeat);
  return { run: newest.run, repeats: newest.repeats, stored: byNumber };
}

/** The run of the watch that a commit was named for, the newest one of several; null when there is none. */
export async function runOfCommit(
  db: Database,
  repositoryId: number,
  commit: string,
): Promise<string | null> {
  const [found] = await rows<{ name: string }>(
    db,
    sql`select r.name from commits c join refs r on r.repository_id = c.repository_id and r.id = c.ref_id
        where c.repository_id = ${repositoryId} and c.commit = ${commit} and r.kind = 'WATCH'
        order by r.id desc limit 1`,
  );
  return found ? parseWatchRefName(found.name).run : null;
}

/** The number of the pull request into which a repeat was accepted last; null when there is none. */
export async function acceptedInto(
  db: Database,
  repositoryId: number,
  { refId }: Layer,
): Promise<number | null> {
  const [found] = await rows<{ name: string }>(
    db,
    sql`select r.name from promotions p join refs r on r.repository_id = p.repository_id and r.id = p.branch_ref_id
        where p.repository_id = ${repositoryId} and p.ref_id = ${refId} and r.kind = 'PULL_REQUEST'
        order by p.promoted_at desc, r.id desc limit 1`,
  );
  return found ? Number(found.name) : null;
}

/** Deletes the watches of all but the newest runs. Their contents go with the next garbage collection. */
export async function forgetOldWatches(db: Database, repositoryId: number): Promise<void> {
  await db.execute(sql`
    delete from refs r where ${WATCHES(repositoryId)} and ${RUN} not in (
      select ${RUN} from refs r where ${WATCHES(repositoryId)} group by 1 order by max(r.id) desc limit ${KEPT_RUNS})`);
}
