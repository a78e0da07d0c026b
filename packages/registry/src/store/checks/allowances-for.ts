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
 * The allowances for a push to a ref: those of the admins and those of the settings. A push to a branch uses
 * the settings that it brings. A pull request uses the settings of its base, never its own: it must not allow
 * its own secrets. A watch, and a branch without recordings, use the settings of the default branch.
 * @param settings the settings text of the push; null when it has none
 */
export async function allowancesFor(
  db: Database,
  repository: Repository,
  ref: RefName | null,
  settings: string | null,
): Promise<Allowances> {
  const bySettings = ref === null ? [] : await allowedBySettings(db, repository, ref, settings);
  return new Allowances([...(await adminAllowances(db, repository.id)), ...bySettings]);
}

async function allowedBySettings(
  db: Database,
  repository: Repository,
  ref: RefName,
  settings: string | null,
): Promise<readonly SecretAllowance[]> {
  if (ref.kind === 'BRANCH' && settings !== null) {
    const parsed = parseSettings(settings);
    // Invalid settings change nothing: the previous ones still apply.
    if ('settings' in parsed) return parsed.settings.allowedSecrets;
  }
  const base =
    ref.kind === 'BRANCH'
      ? await findRef(db, repository.id, 'BRANCH', ref.name)
      : await baseOf(db, repository, ref);
  const branch = base && base.version > 0 ? base : await findDefaultRef(db, repository.id);
  if (branch === null || branch.version === 0) return [];
  const key = await keyAt(db, repository.id, { refId: branch.id, version: branch.version });
  return (await settingsAt(db, key)).allowedSecrets;
}

async function baseOf(db: Database, repository: Repository, ref: RefName) {
  if (ref.kind === 'WATCH') return null;
  if (ref.base !== null) return findRef(db, repository.id, 'BRANCH', ref.base);
  const pullRequest = await findRef(db, repository.id, 'PULL_REQUEST', ref.name);
  return pullRequest?.baseRefId != null ? refById(db, repository.id, pullRequest.baseRefId) : null;
}
