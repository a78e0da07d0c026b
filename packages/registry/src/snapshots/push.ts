import { eq, sql } from 'drizzle-orm';
import type { Caller } from '../access/caller.js';
import { bringsFromFork, maySetDefaultBranch, refusedWrite } from '../access/may-write.js';
import { refTarget } from '../audit/audit-event.js';
import { recordAudit } from '../audit/audit-store.js';
import { missingContents } from '../contents/content-store.js';
import type { Database } from '../database/database.js';
import { refs, type SnapshotOrigin, snapshots } from '../database/schema.js';
import { purgedInPush } from '../purge/purged-in-push.js';
import { identify } from '../recordings/identity.js';
import { readingsOf } from '../recordings/reading-store.js';
import { changeSettings } from '../repositories/change-settings.js';
import type { Repository } from '../repositories/repository.js';
import { allowancesFor } from '../secrets/allowances-for.js';
import { type FileFinding, pushedSecrets } from '../secrets/pushed-secrets.js';
import { readPushedSettings } from '../settings/read-pushed-settings.js';
import { settingsTextAt, writeSettings } from '../settings/settings-store.js';
import { type BaselineWish, findBaseline } from './baseline.js';
import { checkPush, type FileToAdd } from './check-push.js';
import type { Baseline } from './choose-baseline.js';
import { closeEntries, openEntries, statesOf } from './entry-store.js';
import { keyAt } from './layer-store.js';
import { type ChangePlan, type Held, planChanges } from './plan-changes.js';
import { type Ref, type RefName, standingOf } from './ref.js';
import { findRef, lockRef, noteCommit } from './ref-store.js';
import { type Since, type SinceUnknown, unknownSince } from './since.js';
import type { SnapshotKey } from './snapshot-key.js';

export interface PushRequest {
  repository: Repository;
  by: Caller;
  ref: RefName;
  /** The recordings come from a fork, as the caller says; of some identities that is known. */
  fromFork: boolean;
  commit: string | null;
  baseline: BaselineWish;
  /** The repository's default branch as the caller knows it. */
  defaultBranch: string | null;
  add: FileToAdd[];
  remove: string[];
  /** What `add` and `remove` are a difference to; null when they say everything. */
  since: Since | null;
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
  | SinceUnknown
  | { kind: 'secrets'; findings: FileFinding[] }
  | { kind: 'forbidden'; message: string }
  | { kind: 'invalid'; message: string; field: string };

/**
 * Adds, replaces and removes exactly the named paths of a ref, in one transaction. It is its own negotiation: while
 * contents are missing it changes nothing and names them. The same push again changes nothing.
 */
export async function push(db: Database, request: PushRequest): Promise<PushOutcome> {
  const refused = checkPush(request);
  if (refused) return { kind: 'invalid', ...refused };
  const forbidden = refusedPush(request, await standingRef(db, request));
  if (forbidden) return { kind: 'forbidden', message: forbidden };
  const repository = await withDefaultBranch(db, request);
  const digests = [...new Set(request.add.map((file) => file.digest))];
  const wanted = new Map<string, Held>(request.add.map((file) => [file.path, file.digest]));
  for (const path of request.remove) wanted.set(path, null);

  const settings = readPushedSettings(request.ref, request.settings);

  return await db.transaction(async (tx): Promise<PushOutcome> => {
    const unknown = await unknownSince(tx, request);
    if (unknown) return unknown;
    // Content that nobody refers to may be collected at any time, so the last word is said in here.
    const missing = await missingContents(tx, repository.id, digests);
    if (missing.length > 0) return { kind: 'content-missing', digests: missing };

    const allowances = await allowancesFor(tx, repository, request.ref, request.settings);
    const secrets = await pushedSecrets(tx, repository.id, request.add, allowances);
    if (secrets.refused.length > 0) return { kind: 'secrets', findings: secrets.refused };

    const ref = await lockRef(tx, repository.id, request.ref.kind, request.ref.name);
    // Somebody else may have begun it in the meantime.
    const forbiddenNow = refusedPush(request, ref.version === 0 ? null : ref);
    if (forbiddenNow) return { kind: 'forbidden', message: forbiddenNow };
    await markFork(tx, request, ref);
    const baseline = await findBaseline(tx, repository, request.ref, ref, request.baseline);
    if (baseline && 'refused' in baseline) {
      return {
        kind: 'invalid',
        field: 'baseline',
        message: `${baseline.refused}; leave the baseline out to let the registry choose`,
      };
    }
    const purged = await purgedInPush(tx, { ref, below: baseline?.layer ?? standingOf(ref) }, wanted);
    if (purged.refused !== null) return { kind: 'invalid', field: 'add', message: purged.refused };
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
    await recordAudit(tx, {
      repositoryId: repository.id,
      by: request.by,
      action: 'push',
      target: refTarget(request.ref),
      outcome: 'DONE',
      detail: `version ${snapshot.layers[0]?.version}: ${plan.added} added, ${plan.changed} changed, ${plan.removed} removed, ${plan.unchanged} unchanged${allowedSecrets(secrets.allowed)}`,
    });
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
      problems: [...settings.problems, ...purged.problems, ...written.problems],
    };
  });
}

function allowedSecrets(count: number): string {
  return count === 0 ? '' : `; ${count} with what looks like a secret and is allowed`;
}

function refusedPush({ by, repository, ref }: PushRequest, standing: Ref | null): string | null {
  return refusedWrite(by.identity, repository, { kind: 'push', ref, standing });
}

async function standingRef(db: Database, { repository, ref }: PushRequest): Promise<Ref | null> {
  const found = await findRef(db, repository.id, ref.kind, ref.name);
  return found === null || found.version === 0 ? null : found;
}

/** What a fork brought in stays marked, whoever pushes later. */
async function markFork(tx: Database, { by, repository, fromFork }: PushRequest, ref: Ref): Promise<void> {
  const isMarked = fromFork || bringsFromFork(by.identity, repository);
  if (ref.kind !== 'PULL_REQUEST' || ref.fromFork || !isMarked) return;
  await tx
    .update(refs)
    .set({ fromFork: true })
    .where(sql`${eq(refs.repositoryId, repository.id)} and ${eq(refs.id, ref.id)}`);
}

/** The default branch is taken from who knows it, as long as the registry holds nothing that lies over another. */
async function withDefaultBranch(db: Database, request: PushRequest): Promise<Repository> {
  const { repository, defaultBranch } = request;
  if (defaultBranch === null || defaultBranch === repository.defaultBranch) return repository;
  if (!maySetDefaultBranch(request.by.identity, repository)) return repository;
  if (await findRef(db, repository.id, 'BRANCH', repository.defaultBranch)) return repository;
  return changeSettings(db, request.by, repository, { defaultBranch });
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
  const standing = standingOf(ref);
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
  let seal: string | undefined;
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
  if (commit) await noteCommit(tx, repositoryId, commit, layer);
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
