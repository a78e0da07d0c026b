import { reportContext } from '../../review/drift/report-context.js';
import type { WatchDrift } from '../../review/watch/combine-repeats.js';
import type { WatchView } from '../../review/watch/render-watch.js';
import { keyAt } from '../../store/snapshots/layer-store.js';
import { snapshotRow } from '../../store/snapshots/ref-store.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { acceptedInto, findWatch, type StoredWatch } from '../../store/watch/watch-store.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Context } from './context.js';

/** The watch of a run, as its GraphQL type needs it. The functions compute once, when a field needs the result. */
export interface WatchShape {
  repository: Repository;
  watch: StoredWatch;
  baseline: SnapshotKey;
  /** What each repeat that arrived recorded, at least one. */
  heads: [SnapshotKey, ...SnapshotKey[]];
  /** When the last repeat arrived, and the watched commit. */
  at: Date;
  commit: string | null;
  watched: () => Promise<WatchDrift>;
  view: () => Promise<WatchView>;
  acceptedBy: () => Promise<number | null>;
}

/** What `loadWatch` needs, of a GraphQL request or of a page. */
type WatchServices = Pick<Context, 'db' | 'reports' | 'publicUrl' | 'githubUrl'>;

/**
 * Loads a watch; null when there is none.
 * @param run null: the newest one
 */
export async function loadWatch(
  context: WatchServices,
  repository: Repository,
  run: string | null,
): Promise<WatchShape | null> {
  const { db, reports } = context;
  const watch = await findWatch(db, repository.id, run);
  const [first, ...others] = watch?.stored ?? [];
  if (watch === null || first === undefined) return null;
  const firstHead = await keyAt(db, repository.id, first);
  const heads: WatchShape['heads'] = [firstHead];
  for (const each of others) heads.push(await keyAt(db, repository.id, each));
  const baseline = { ...firstHead, layers: firstHead.layers.slice(1) };
  const rows = await Promise.all(watch.stored.map((each) => snapshotRow(db, repository.id, each)));
  const times = rows.map((row) => row?.createdAt.getTime() ?? 0);
  const watched = once(() => reports.repeats(baseline, heads));
  const acceptedBy = once(() => acceptedInto(db, repository.id, first));
  const loaded = { repository, watch, baseline, heads, watched, acceptedBy };
  return {
    ...loaded,
    at: new Date(Math.max(...times)),
    commit: rows[0]?.commit ?? null,
    view: once(() => loadView(context, loaded)),
  };
}

async function loadView(
  context: WatchServices,
  { repository, watch, baseline, heads, ...loaded }: Omit<WatchShape, 'at' | 'commit' | 'view'>,
): Promise<WatchView> {
  const reason = 'the state that the watch pulled';
  const sides = heads.map((head) => ({ baseline, head, reason }));
  const { run, repeats, stored } = watch;
  return {
    run,
    repeats,
    stored: stored.length,
    watched: await loaded.watched(),
    reports: await Promise.all(sides.map((each) => reportContext(context.db, context, repository, each))),
    acceptedBy: await loaded.acceptedBy(),
  };
}

function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let started: Promise<Value> | undefined;
  return () => {
    started ??= load();
    return started;
  };
}
