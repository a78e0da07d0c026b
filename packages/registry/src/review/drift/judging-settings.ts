import type { Database } from '../../database/statements/database.js';
import { settingsTextAt } from '../../store/checks/settings-store.js';
import { knownBase } from '../../store/promotion/promotion-store.js';
import { keyAt } from '../../store/snapshots/layer-store.js';
import type { Ref } from '../../store/snapshots/ref.js';
import { findDefaultRef, findRef, refById } from '../../store/snapshots/ref-store.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { repositoryById } from '../../trust/repositories/repository-store.js';

/**
 * Returns the text of the settings that a comparison follows, empty where there are none. A pull request
 * follows the newest settings of its base, or of the default branch where the base has no recordings; a
 * branch those of the branch that it is compared with. Only two states of one branch follow the older one: a
 * push must not silence its own report.
 */
export async function judgingSettings(
  db: Database,
  baseline: SnapshotKey,
  head: SnapshotKey,
): Promise<string> {
  const headRef = await topRef(db, head);
  const judge =
    headRef?.kind === 'BRANCH' ? await topRef(db, baseline) : headRef && (await currentBase(db, headRef));
  // A caller names old states by its candidate commits, so an older state of the base must not judge.
  if (judge?.kind !== 'BRANCH' || judge.id === headRef?.id) return settingsTextAt(db, baseline);
  return settingsTextAt(db, await keyAt(db, head.repositoryId, { refId: judge.id, version: judge.version }));
}

async function topRef(db: Database, { repositoryId, layers }: SnapshotKey): Promise<Ref | null> {
  const [top] = layers;
  return top ? refById(db, repositoryId, top.refId) : null;
}

/**
 * The branch that a pull request will be merged into; null where neither it nor the default branch has
 * recordings.
 */
async function currentBase(db: Database, pullRequest: Ref): Promise<Ref | null> {
  const repository = await repositoryById(db, pullRequest.repositoryId);
  if (!repository) return null;
  const base = await findRef(db, repository.id, 'BRANCH', await knownBase(db, repository, pullRequest));
  const branch = base && base.version > 0 ? base : await findDefaultRef(db, repository.id);
  return branch && branch.version > 0 ? branch : null;
}
