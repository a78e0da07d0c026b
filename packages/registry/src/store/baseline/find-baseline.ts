import { describeBranchName } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import { describeRef, type RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { keyAt } from '../snapshots/layer-store.js';
import type { Ref } from '../snapshots/ref.js';
import {
  findDefaultRef,
  findRef,
  layerOfCommit,
  refById,
  versionsOfCommits,
} from '../snapshots/ref-store.js';
import { describeUnknown, resolveSnapshot } from '../snapshots/resolve-snapshot.js';
import type { Layer, SnapshotName } from '../snapshots/snapshot-key.js';
import { type Baseline, chooseBaseline } from './choose-baseline.js';

/** The baseline that a caller requests. */
export interface RequestedBaseline {
  /** Git commits, nearest first. */
  candidates: string[];
  explicit: { commit: string } | { snapshot: SnapshotName } | null;
  /** Whether an explicit baseline must be a state of the base branch: a run must not choose its own judge. */
  ofBaseOnly?: boolean;
}

/** Why an explicit baseline is refused. */
export interface RefusedBaseline {
  refused: string;
}

/** Gathers the facts and chooses the baseline of a ref. Null for the default branch, which has no base. */
export async function findBaseline(
  db: Database,
  repository: Repository,
  name: RefName,
  ref: Ref | null,
  requested: RequestedBaseline,
): Promise<Baseline | RefusedBaseline | null> {
  if (!requested.explicit && (await isDefaultBranch(db, repository, name))) return null;
  // A branch that started before the default branch had recordings stays without a base.
  if (name.kind === 'BRANCH' && ref && ref.version > 0 && ref.baseRefId === null) return null;

  const { on, insteadOf } = await baseBranch(db, repository, name, ref);
  const explicit = await explicitOf(db, repository, { on, of: name }, requested);
  if (explicit && 'refused' in explicit) return explicit;
  if (explicit && ref && explicit.layer.refId === ref.id) {
    return { refused: `${explicit.named} belongs to ${describeRef(ref)} itself` };
  }
  const known = on ? await knownCommits(db, repository, on, requested.candidates) : new Map();
  return chooseBaseline({
    on: on && { refId: on.id, name: describeBranchName(on.name), head: on.version },
    insteadOf: insteadOf && describeBranchName(insteadOf),
    explicit,
    candidates: requested.candidates,
    known,
    current:
      ref?.baseRefId != null && ref.baseVersion != null
        ? { refId: ref.baseRefId, version: ref.baseVersion }
        : null,
  });
}

/** The version of a branch that a checkout needs; the candidates are the branch's own commits. */
export async function findPosition(
  db: Database,
  repository: Repository,
  branch: Ref,
  requested: RequestedBaseline,
): Promise<Baseline | RefusedBaseline> {
  const explicit = await explicitLayer(db, repository, requested);
  if (explicit && 'refused' in explicit) return explicit;
  return chooseBaseline({
    on: { refId: branch.id, name: describeBranchName(branch.name), head: branch.version },
    insteadOf: null,
    explicit,
    candidates: requested.candidates,
    known: await knownCommits(db, repository, branch, requested.candidates),
    current: null,
  });
}

/**
 * `repository` may be outdated, so the database decides; its name counts only while the default branch has no
 * ref.
 */
async function isDefaultBranch(db: Database, repository: Repository, name: RefName): Promise<boolean> {
  if (name.kind !== 'BRANCH') return false;
  const found = await findDefaultRef(db, repository.id);
  return name.name === (found?.name ?? repository.defaultBranch);
}

/**
 * The layers of the commits on a branch. Older commits of the default branch may be recorded on the branch
 * that it replaced, which is then its base.
 */
async function knownCommits(
  db: Database,
  repository: Repository,
  on: Ref,
  candidates: string[],
): Promise<Map<string, Layer>> {
  const known = new Map<string, Layer>();
  for (const refId of await refsOfBranch(db, repository, on)) {
    for (const [commit, version] of await versionsOfCommits(db, repository.id, refId, candidates)) {
      if (!known.has(commit)) known.set(commit, { refId, version });
    }
  }
  return known;
}

/** The ref of a branch; for the default branch also the refs that it replaced. */
async function refsOfBranch(db: Database, repository: Repository, on: Ref): Promise<number[]> {
  const below =
    on.baseRefId !== null && (await findDefaultRef(db, repository.id))?.id === on.id
      ? (await keyAt(db, repository.id, { refId: on.id, version: on.version })).layers.slice(1)
      : [];
  return [on.id, ...below.map((layer) => layer.refId)];
}

/** The explicit baseline, refused when it must be a state of the base branch `on` but is not. */
async function explicitOf(
  db: Database,
  repository: Repository,
  { on, of }: { on: Ref | null; of: RefName },
  requested: RequestedBaseline,
): ReturnType<typeof explicitLayer> {
  if (!requested.ofBaseOnly || requested.explicit === null) return explicitLayer(db, repository, requested);
  if (on && 'commit' in requested.explicit) {
    const { commit } = requested.explicit;
    const layer = (await knownCommits(db, repository, on, [commit])).get(commit);
    if (layer) return { layer, named: `commit ${commit.slice(0, 10)}` };
  }
  const found = await explicitLayer(db, repository, requested);
  if (!found || 'refused' in found) return found;
  if (on && (await refsOfBranch(db, repository, on)).includes(found.layer.refId)) return found;
  const base = on ? describeRef(on) : 'the base branch, which has no recordings';
  return {
    refused: `${found.named} is not a state of ${base}, the base of this ${of.kind === 'WATCH' ? 'watch' : 'pull request'}`,
  };
}

async function explicitLayer(
  db: Database,
  repository: Repository,
  { explicit }: RequestedBaseline,
): Promise<{ layer: Layer; named: string } | RefusedBaseline | null> {
  if (!explicit) return null;
  const isCommit = 'commit' in explicit;
  const layer = isCommit
    ? await layerOfCommit(db, repository.id, explicit.commit)
    : (await resolveSnapshot(db, repository, explicit))?.layers[0];
  const ref = layer && (await refById(db, repository.id, layer.refId));
  if (!layer || !ref) {
    const named = isCommit ? `commit ${explicit.commit}` : 'the requested baseline';
    return { refused: describeUnknown(explicit, named) };
  }
  // Recordings of a pull request are no baseline until they are promoted.
  if (ref.kind !== 'BRANCH') {
    const what = isCommit ? `commit ${explicit.commit}` : `version ${layer.version}`;
    return { refused: `a baseline is a state of a branch, and ${what} is of ${describeRef(ref)}` };
  }
  const named = isCommit
    ? `commit ${explicit.commit.slice(0, 10)}`
    : `version ${layer.version} of ${describeBranchName(ref.name)}`;
  return { layer, named };
}

async function baseBranch(
  db: Database,
  repository: Repository,
  name: RefName,
  ref: Ref | null,
): Promise<{ on: Ref | null; insteadOf: string | null }> {
  const named = name.base === null ? null : await findRef(db, repository.id, 'BRANCH', name.base);
  const current =
    name.base === null && ref?.baseRefId != null ? await refById(db, repository.id, ref.baseRefId) : null;
  const base = named ?? current;
  if (base && base.version > 0) return { on: base, insteadOf: null };
  const fallback = await findDefaultRef(db, repository.id);
  const isOther = name.base !== null && name.base !== (fallback?.name ?? repository.defaultBranch);
  return { on: fallback, insteadOf: isOther ? name.base : null };
}
