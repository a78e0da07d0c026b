import type { Database } from '../../database/statements/database.js';
import { Allowances, type SecretAllowance } from '../../vocabulary/allowance.js';
import type { RefName } from '../../vocabulary/ref-name.js';
import type { Repository } from '../../vocabulary/repository.js';
import { parseSettings } from '../settings/parse-settings.js';
import { keyAt } from '../snapshots/layer-store.js';
import { findDefaultRef, findRef, refById } from '../snapshots/ref-store.js';
import { adminAllowances } from './allowance-store.js';
import { settingsAt } from './settings-store.js';

/**
 * What is allowed in a push to a ref: what the admins said, and what the settings at its base say, or those of the
 * default branch where the base has nothing. Those of a branch are the ones that come along with the push. A pull request's never count, whatever comes along: it would allow itself.
 * @param settings the text that came along; null when none did
 */
export async function allowancesFor(
  db: Database,
  repository: Repository,
  ref: RefName | null,
  settings: string | null,
): Promise<Allowances> {
  const said = ref === null ? [] : await allowedBySettings(db, repository, ref, settings);
  return new Allowances([...(await adminAllowances(db, repository.id)), ...said]);
}

async function allowedBySettings(
  db: Database,
  repository: Repository,
  ref: RefName,
  settings: string | null,
): Promise<readonly SecretAllowance[]> {
  if (ref.kind === 'BRANCH' && settings !== null) {
    const parsed = parseSettings(settings);
    // One that cannot be read changes nothing: what the branch said before still holds.
    if ('settings' in parsed) return parsed.settings.allowedSecrets;
  }
  const judge =
    ref.kind === 'BRANCH'
      ? await findRef(db, repository.id, 'BRANCH', ref.name)
      : await baseOf(db, repository, ref);
  const branch = judge && judge.version > 0 ? judge : await findDefaultRef(db, repository.id);
  if (branch === null || branch.version === 0) return [];
  const key = await keyAt(db, repository.id, { refId: branch.id, version: branch.version });
  return (await settingsAt(db, key)).allowedSecrets;
}

async function baseOf(db: Database, repository: Repository, ref: RefName) {
  if (ref.base !== null) return findRef(db, repository.id, 'BRANCH', ref.base);
  const standing = await findRef(db, repository.id, 'PULL_REQUEST', ref.name);
  return standing?.baseRefId != null ? refById(db, repository.id, standing.baseRefId) : null;
}
