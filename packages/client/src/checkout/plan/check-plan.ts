import { isDigest, LIMITS, refusedPath } from '@fixture-registry/protocol';
import { RegistryError } from '../../connection/registry/registry-error.js';
import type { SnapshotSummary } from '../../connection/registry/snapshot.js';
import { LocalError } from '../local-error.js';
import type { Plan, PlannedFile } from './plan.js';

/**
 * Checks a plan before it is used. A plan decides which files are written and removed, so it is
 * untrusted input.
 * @throws RegistryError for an invalid plan, LocalError for a path that must not be written
 */
export function checkPlan(plan: Plan): void {
  if (!isPlan(plan)) throw new RegistryError('SERVER', 'The registry sent an invalid plan.');
  checkFiles(plan.files);
  checkPurged(plan);
}

/** Whether a result has the types that the query selects: a malicious server may send anything. */
function isPlan(plan: Plan): boolean {
  const { snapshot, baseline, baselineReason, unchanged, knowsHave, files, purged, unmatched } = plan;
  return (
    isSnapshot(snapshot) &&
    (baseline === null || isSnapshot(baseline)) &&
    typeof baselineReason === 'string' &&
    typeof unchanged === 'boolean' &&
    (knowsHave === null || typeof knowsHave === 'boolean') &&
    isListOf(files, (file) => typeof file.path === 'string' && typeof file.digest === 'string') &&
    isListOf(purged, (file) => typeof file.path === 'string' && typeof file.digest === 'string') &&
    (unmatched === undefined || [unmatched?.tests, unmatched?.models].every(isTextList))
  );
}

function isTextList(list: unknown): boolean {
  return Array.isArray(list) && list.every((text) => typeof text === 'string');
}

function isSnapshot(snapshot: Partial<SnapshotSummary> | null | undefined): boolean {
  if (typeof snapshot !== 'object' || snapshot === null) return false;
  const { id, version, branch, pullRequest, commit } = snapshot;
  return (
    typeof id === 'string' &&
    typeof version === 'number' &&
    (branch === null || typeof branch === 'string') &&
    (pullRequest === null || typeof pullRequest === 'number') &&
    (commit === null || typeof commit === 'string')
  );
}

function isListOf<T>(list: T[], isValid: (item: T) => boolean): boolean {
  return (
    Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null && isValid(item))
  );
}

/** A pull reads the files at purged paths, so these paths are checked as well. */
function checkPurged({ files, purged }: Plan): void {
  const planned = new Set(files.map(({ path }) => path));
  for (const { path, digest, at, by, reason } of purged) {
    const isDescribed = [at, by, reason].every((text) => typeof text === 'string');
    if (isDescribed && refusedPath(path) === null && isDigest(digest) && !planned.has(path)) continue;
    throw new RegistryError(
      'SERVER',
      `The registry sent an invalid entry for the purged path ${JSON.stringify(path)}.`,
    );
  }
}

/**
 * Checks the files of a plan.
 * @throws LocalError for a path that must not be written, RegistryError for an invalid entry
 */
export function checkFiles(files: PlannedFile[]): void {
  if (files.length > LIMITS.planFiles) {
    throw new RegistryError(
      'SERVER',
      `The registry planned ${files.length} files; the maximum is ${LIMITS.planFiles}. Nothing was written.`,
    );
  }
  const paths = new Set<string>();
  const sizes = new Map<string, number>();
  for (const { path, digest, size } of files) {
    const reason = refusedPath(path);
    if (reason !== null) {
      throw new LocalError(
        `The registry planned the path ${JSON.stringify(path)}, which ${reason}. Nothing was written.`,
        path,
      );
    }
    if (
      !isDigest(digest) ||
      !(Number.isInteger(size) && size >= 0 && size <= LIMITS.recordingBytes) ||
      paths.has(path)
    ) {
      throw new RegistryError(
        'SERVER',
        `The registry planned ${path} twice, or with a wrong digest or size.`,
      );
    }
    if ((sizes.get(digest) ?? size) !== size) {
      throw new RegistryError(
        'SERVER',
        `The registry planned ${path} with another size than the same content at another path.`,
      );
    }
    sizes.set(digest, size);
    paths.add(path);
  }
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (!paths.has(folder)) continue;
      throw new LocalError(`The registry planned ${folder} both as a file and as a folder.`, path);
    }
  }
}
