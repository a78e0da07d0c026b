import type { Database } from '../database/database.js';
import type { Repository } from '../repositories/repository.js';
import { type Baseline, chooseBaseline } from './choose-baseline.js';
import type { Ref, RefName } from './ref.js';
import { findRef, layerOfCommit, refById, versionsOfCommits } from './ref-store.js';
import type { Layer, SnapshotKey } from './snapshot-key.js';

/** What a caller says of its baseline. */
export interface BaselineWish {
  /** Git commits, nearest first. */
  candidates: string[];
  explicit: { commit: string } | { snapshot: SnapshotKey } | null;
}

/** An explicit baseline that the registry does not know. */
export interface UnknownBaseline {
  unknown: string;
}

/** Gathers what is known and chooses what the ref lies over. The default branch lies over nothing. */
export async function findBaseline(
  db: Database,
  repository: Repository,
  name: RefName,
  ref: Ref | null,
  wish: BaselineWish,
): Promise<Baseline | UnknownBaseline | null> {
  const isDefaultBranch = name.kind === 'BRANCH' && name.name === repository.defaultBranch;
  if (isDefaultBranch && !wish.explicit) return null;
  // A branch that began on its own, before the default branch had recordings, stays on its own.
  if (name.kind === 'BRANCH' && ref && ref.version > 0 && ref.baseRefId === null) return null;

  const explicit = await explicitLayer(db, repository, wish);
  if (explicit && 'unknown' in explicit) return explicit;
  if (explicit && ref && explicit.layer.refId === ref.id) {
    return { unknown: 'a snapshot of another ref: this one belongs to the ref itself' };
  }
  const { on, insteadOf } = await baseBranch(db, repository, name, ref);
  const known = on ? await versionsOfCommits(db, repository.id, on.id, wish.candidates) : new Map();
  return chooseBaseline({
    on: on && { refId: on.id, name: on.name, head: on.version },
    insteadOf,
    explicit,
    candidates: wish.candidates,
    known,
    current:
      ref?.baseRefId != null && ref.baseVersion != null
        ? { refId: ref.baseRefId, version: ref.baseVersion }
        : null,
  });
}

/** Which version of a branch with recordings a checkout needs: its candidates are the branch's own commits. */
export async function findPosition(
  db: Database,
  repository: Repository,
  branch: Ref,
  wish: BaselineWish,
): Promise<Baseline | UnknownBaseline> {
  const explicit = await explicitLayer(db, repository, wish);
  if (explicit && 'unknown' in explicit) return explicit;
  return chooseBaseline({
    on: { refId: branch.id, name: branch.name, head: branch.version },
    insteadOf: null,
    explicit,
    candidates: wish.candidates,
    known: await versionsOfCommits(db, repository.id, branch.id, wish.candidates),
    current: null,
  });
}

async function explicitLayer(
  db: Database,
  repository: Repository,
  wish: BaselineWish,
): Promise<{ layer: Layer; named: string } | UnknownBaseline | null> {
  if (!wish.explicit) return null;
  if ('commit' in wish.explicit) {
    const { commit } = wish.explicit;
    const layer = await layerOfCommit(db, repository.id, commit);
    return layer ? { layer, named: `commit ${commit.slice(0, 10)}` } : { unknown: `commit ${commit}` };
  }
  const top = wish.explicit.snapshot.layers[0];
  if (!top || wish.explicit.snapshot.repositoryId !== repository.id) {
    return { unknown: 'this snapshot' };
  }
  const ref = await refById(db, repository.id, top.refId);
  return ref && ref.version >= top.version
    ? { layer: top, named: `version ${top.version} of ${ref.name}` }
    : { unknown: 'this snapshot' };
}

async function baseBranch(
  db: Database,
  repository: Repository,
  name: RefName,
  ref: Ref | null,
): Promise<{ on: Ref | null; insteadOf: string | null }> {
  const named = name.base === null ? null : await findRef(db, repository.id, 'BRANCH', name.base);
  const standing =
    name.base === null && ref?.baseRefId != null ? await refById(db, repository.id, ref.baseRefId) : null;
  const meant = named ?? standing;
  if (meant && meant.version > 0) return { on: meant, insteadOf: null };
  const fallback = await findRef(db, repository.id, 'BRANCH', repository.defaultBranch);
  const wantsOther = name.base !== null && name.base !== repository.defaultBranch;
  return { on: fallback, insteadOf: wantsOther ? name.base : null };
}
