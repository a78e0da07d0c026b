import { eq, sql } from 'drizzle-orm';
import { refs, type SnapshotOrigin, snapshots } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import type { Baseline } from '../baseline/choose-baseline.js';
import { settingsTextAt, storedSettings, writeSettings } from '../checks/settings-store.js';
import { closeEntries, openEntries, statesOf } from '../snapshots/entry-store.js';
import { keyAt } from '../snapshots/layer-store.js';
import { type ChangePlan, type PathDigest, planChanges } from '../snapshots/plan-changes.js';
import { currentBase, type Ref } from '../snapshots/ref.js';
import { noteCommit } from '../snapshots/ref-store.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';
import { identifyEntries, renamedEntries } from './identify-entries.js';

/** Origins of snapshots that never are the state of their commit. */
const isAside = (origin: SnapshotOrigin) => origin === 'RERUN' || origin === 'WATCH';

export interface WrittenChanges {
  plan: ChangePlan;
  snapshot: SnapshotKey;
  /** False when nothing changed: then `snapshot` existed before. */
  created: boolean;
  /** Added recordings that could not be parsed, or that contradict the settings. */
  problems: { path: string; problem: string }[];
}

/**
 * Writes a new version of a locked ref, or only records the commit when nothing changes.
 * @param change.changes path → digest, or null to remove the path
 * @param change.baseline null keeps the current base
 */
export async function writeChanges(
  tx: Database,
  repositoryId: number,
  change: {
    ref: Ref;
    changes: Map<string, PathDigest>;
    baseline: Baseline | null;
    commit: string | null;
    origin: SnapshotOrigin;
    pullRequest: number | null;
    /** Null keeps the current settings. */
    settings: string | null;
  },
): Promise<WrittenChanges> {
  const { ref, changes, baseline, commit } = change;
  const previous = currentBase(ref);
  const base = baseline?.layer ?? previous;
  const isMoved = base?.refId !== previous?.refId || base?.version !== previous?.version;
  const baseKey = base && (await keyAt(tx, repositoryId, base));

  const plan = planChanges(changes, await statesOf(tx, repositoryId, ref.id, baseKey, [...changes.keys()]));
  const below = baseKey?.layers ?? [];
  const current = { repositoryId, layers: [{ refId: ref.id, version: ref.version }, ...below] };
  // Settings are part of the immutable snapshot, so new settings need a new version.
  const settingsBefore = await settingsTextAt(tx, current);
  const newSettings = change.settings !== settingsBefore ? change.settings : null;
  const created =
    plan.open.length > 0 || plan.close.length > 0 || isMoved || ref.version === 0 || newSettings !== null;
  const version = created ? ref.version + 1 : ref.version;
  const layer = { refId: ref.id, version };
  let problems: { path: string; problem: string }[] = [];
  let seal: string | undefined;
  if (created) {
    // A pull request has no settings: those of its base apply.
    const before = storedSettings(settingsBefore).recordings;
    const after = newSettings === null ? before : storedSettings(newSettings).recordings;
    const identified = await identifyEntries(tx, repositoryId, plan.open, after);
    const changed = new Set([...plan.open.map(({ path }) => path), ...plan.close]);
    const renamed = await renamedEntries(tx, ref, { before, after }, changed);
    problems = identified.problems;
    await closeEntries(tx, repositoryId, layer, [...plan.close, ...renamed.map(({ path }) => path)]);
    await openEntries(tx, repositoryId, layer, [...identified.opened, ...renamed]);
    if (newSettings !== null) await writeSettings(tx, repositoryId, layer, newSettings);
    const [written] = await tx
      .insert(snapshots)
      .values({
        repositoryId,
        refId: ref.id,
        version,
        baseRefId: base?.refId ?? null,
        baseVersion: base?.version ?? null,
        baseReason: baseline?.reason ?? null,
        commit,
        origin: change.origin,
        pullRequest: change.pullRequest,
      })
      .returning({ seal: snapshots.seal });
    seal = written?.seal;
    await tx
      .update(refs)
      .set({ version, baseRefId: base?.refId ?? null, baseVersion: base?.version ?? null })
      .where(sql`${eq(refs.repositoryId, repositoryId)} and ${eq(refs.id, ref.id)}`);
  }
  // Neither a re-run after the merge nor a watch may decide what is promoted or pulled for its commit.
  if (commit && !isAside(change.origin)) await noteCommit(tx, repositoryId, commit, layer);
  return {
    plan,
    snapshot:
      seal === undefined
        ? await keyAt(tx, repositoryId, layer)
        : { repositoryId, layers: [{ ...layer, seal }, ...below] },
    created,
    problems,
  };
}
