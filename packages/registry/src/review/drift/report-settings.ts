import type { Database } from '../../database/statements/database.js';
import { settingsTextAt } from '../../store/checks/settings-store.js';
import { knownBase } from '../../store/promotion/promotion-store.js';
import { keyAt } from '../../store/snapshots/layer-store.js';
import type { Ref } from '../../store/snapshots/ref.js';
import { findDefaultRef, findRef, refById } from '../../store/snapshots/ref-store.js';
import type { SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { repositoryById } from '../../trust/repositories/repository-store.js';

/**
 * Returns the text of the settings for a report, empty when there are none. A pull request uses the newest
 * settings of its base branch, or of the default branch when the base has no recordings. A branch uses those
 * of the branch that it is compared with. Two states of one branch use the settings of the older one, because
 * a push must not silence its own report.
 */
export async function settingsForReport(
  db: Database,
  baseline: SnapshotKey,
  head: SnapshotKey,
): Promise<string> {
  const headRef = await topRef(db, head);
  const base =
    headRef?.kind === 'BRANCH' ? await topRef(db, baseline) : headRef && (await currentBase(db, headRef));
  // A caller names old states by its candidate commits, so an older state of the base must not decide.
  if (base?.kind !== 'BRANCH' || base.id === headRef?.id) return settingsTextAt(db, baseline);
  return settingsTextAt(db, await keyAt(db, head.repositoryId, { refId: base.id, version: base.version }));
}

async function topRef(db: Database, { repositoryId, layers }: SnapshotKey): Promise<Ref | null> {
  const [top] = layers;
  return top ? refById(db, repositoryId, top.refId) : null;
}

/**
 * The branch that a pull request will be merged into; null when neither it nor the default branch has
 * recordings.
 */
async function currentBase(db: Database, pullRequest: Ref): Promise<Ref | null> {
  const repository = await repositoryById(db, pullRequest.repositoryId);
  if (!repository) return null;
  const base = await findRef(db, repository.id, 'BRANCH', await knownBase(db, repository, pullRequest));
  const branch = base && base.version > 0 ? base : await findDefaultRef(db, repository.id);
  return branch && branch.version > 0 ? branch : null;
}
