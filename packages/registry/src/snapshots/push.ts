import { eq, sql } from 'drizzle-orm';
import { missingContents } from '../contents/content-store.js';
import type { Database } from '../database/database.js';
import { refs, type SnapshotOrigin, snapshots } from '../database/schema.js';
import { identify } from '../recordings/identity.js';
import { readingsOf } from '../recordings/reading-store.js';
import type { Repository } from '../repositories/repository.js';
import { changeRepository } from '../repositories/repository-store.js';
import { readPushedSettings } from '../settings/read-pushed-settings.js';
import { settingsTextAt, writeSettings } from '../settings/settings-store.js';
import { type BaselineWish, findBaseline } from './baseline.js';
import { checkPush, type FileToAdd } from './check-push.js';
import type { Baseline } from './choose-baseline.js';
import { closeEntries, openEntries, statesOf } from './entry-store.js';
import { type ChangePlan, type Held, planChanges } from './plan-changes.js';
import type { Ref, RefName } from './ref.js';
import { findRef, keyAt, lockRef, noteCommit } from './ref-store.js';
import type { SnapshotKey } from './snapshot-key.js';

export interface PushRequest {
  repository: Repository;
  ref: RefName;
  commit: string | null;
  baseline: BaselineWish;
  /** The repository's default branch as the caller knows it. */
  defaultBranch: string | null;
  add: FileToAdd[];
  remove: string[];
  /** The text of the settings file, empty where there is none; null when the caller does not say. */
  settings: string | null;
}

export type PushOutcome =
  | {
      kind: 'pushed';
      snapshot: SnapshotKey;
      /** False when the push changed nothing, so that the snapshot was there before. */
      created: boolean;
      added: number;
      changed: number;
      removed: number;
      unchanged: number;
      baseline: SnapshotKey | null;
      baselineReason: string;
      problems: { path: string; problem: string }[];
    }
  | { kind: 'content-missing'; digests: string[] }
  | { kind: 'invalid'; message: string; field: string };

/**
 * Adds, replaces and removes exactly the named paths of a ref, in one transaction. It is its own negotiation: while
 * contents are missing it changes nothing and names them. The same push again changes nothing.
 */
export async function push(db: Database, request: PushRequest): Promise<PushOutcome> {
  const refused = checkPush(request);
  if (refused) return { kind: 'invalid', ...refused };
  const repository = await withDefaultBranch(db, request);
  const digests = [...new Set(request.add.map((file) => file.digest))];
  const wanted = new Map<string, Held>(request.add.map((file) => [file.path, file.digest]));
  for (const path of request.remove) wanted.set(path, null);

  const settings = readPushedSettings(request.ref, request.settings);

  return await db.transaction(async (tx): Promise<PushOutcome> => {
    // Content that nobody refers to may be collected at any time, so the last word is said in here.
    const missing = await missingContents(tx, repository.id, digests);
    if (missing.length > 0) return { kind: 'content-missing', digests: missing };

    const ref = await lockRef(tx, repository.id, request.ref.kind, request.ref.name);
    const baseline = await findBaseline(tx, repository, request.ref, ref, request.baseline);
    if (baseline && 'unknown' in baseline) {
      return {
        kind: 'invalid',
        field: 'baseline',
        message: `no snapshot is known for ${baseline.unknown}; leave the baseline out to let the registry choose`,
      };
    }
    const written = await writeChanges(tx, repository.id, {
      ref,
      wanted,
      baseline,
      commit: request.commit,
      origin: 'PUSH',
      pullRequest: null,
      settings: settings.text,
    });
    const { plan, snapshot, created } = written;
    return {
      kind: 'pushed',
      snapshot,
      created,
      added: plan.added,
      changed: plan.changed,
      removed: plan.removed,
      unchanged: plan.unchanged,
      baseline: snapshot.layers.length > 1 ? { ...snapshot, layers: snapshot.layers.slice(1) } : null,
      baselineReason: baseline?.reason ?? 'the default branch has no baseline',
      problems: [...settings.problems, ...written.problems],
    };
  });
}

/** The default branch is taken from who knows it, as long as the registry holds nothing that lies over another. */
async function withDefaultBranch(db: Database, request: PushRequest): Promise<Repository> {
  const { repository, defaultBranch } = request;
  if (defaultBranch === null || defaultBranch === repository.defaultBranch) return repository;
  if (await findRef(db, repository.id, 'BRANCH', repository.defaultBranch)) return repository;
  return changeRepository(db, repository, { defaultBranch });
}

/**
 * Writes a new version of a locked ref, or only notes the commit when nothing would differ.
 * @param change.baseline null leaves what the ref lies over as it is
 */
export async function writeChanges(
  tx: Database,
  repositoryId: number,
  change: {
    ref: Ref;
    wanted: Map<string, Held>;
    baseline: Baseline | null;
    commit: string | null;
    origin: SnapshotOrigin;
    pullRequest: number | null;
    /** Null leaves them as they are. */
    settings: string | null;
  },
): Promise<{
  plan: ChangePlan;
  snapshot: SnapshotKey;
  created: boolean;
  problems: { path: string; problem: string }[];
}> {
  const { ref, wanted, baseline, commit } = change;
  const standing =
    ref.baseRefId !== null && ref.baseVersion !== null
      ? { refId: ref.baseRefId, version: ref.baseVersion }
      : null;
  const base = baseline?.layer ?? standing;
  const moved = base?.refId !== standing?.refId || base?.version !== standing?.version;
  const baseKey = base && (await keyAt(tx, repositoryId, base));

  const plan = planChanges(wanted, await statesOf(tx, repositoryId, ref.id, baseKey, [...wanted.keys()]));
  const below = baseKey?.layers ?? [];
  const standsNow = { repositoryId, layers: [{ refId: ref.id, version: ref.version }, ...below] };
  // A snapshot never changes, and its settings are part of it: new ones make a new version.
  const newSettings =
    change.settings !== null && change.settings !== (await settingsTextAt(tx, standsNow))
      ? change.settings
      : null;
  const created =
    plan.open.length > 0 || plan.close.length > 0 || moved || ref.version === 0 || newSettings !== null;
  const version = created ? ref.version + 1 : ref.version;
  const layer = { refId: ref.id, version };
  let problems: { path: string; problem: string }[] = [];
  if (created) {
    const readings = await readingsOf(
      tx,
      repositoryId,
      plan.open.flatMap((entry) => (entry.digest === null ? [] : [entry.digest])),
    );
    const opened = plan.open.map((entry) => {
      const reading = entry.digest === null ? undefined : readings.get(entry.digest);
      if (reading?.problem != null) problems = [...problems, { path: entry.path, problem: reading.problem }];
      return { ...entry, identity: reading ? identify(entry.path, reading) : null };
    });
    await closeEntries(tx, repositoryId, layer, plan.close);
    await openEntries(tx, repositoryId, layer, opened);
    if (newSettings !== null) await writeSettings(tx, repositoryId, layer, newSettings);
    await tx.insert(snapshots).values({
      repositoryId,
      refId: ref.id,
      version,
      baseRefId: base?.refId ?? null,
      baseVersion: base?.version ?? null,
      baseReason: baseline?.reason ?? null,
      commit,
      origin: change.origin,
      pullRequest: change.pullRequest,
    });
    await tx
      .update(refs)
      .set({ version, baseRefId: base?.refId ?? null, baseVersion: base?.version ?? null })
      .where(sql`${eq(refs.repositoryId, repositoryId)} and ${eq(refs.id, ref.id)}`);
  }
  if (commit) await noteCommit(tx, repositoryId, commit, layer);
  return {
    plan,
    snapshot: { repositoryId, layers: [layer, ...below] },
    created,
    problems,
  };
}
