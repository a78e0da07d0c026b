import { isDigest, refusedPath } from '@fixture-registry/protocol';
import { parsePlan, planRow } from './plan-format.js';
import type { KnownFile, Since, SyncState } from './sync-state.js';

const FORMAT = 1;

// Files are lists, not objects by path: shorter, and a path may be `__proto__`.
type FileRow = [path: string, digest: string, size: number, mtimeMs: number, written: 0 | 1];

/** The state as JSON. `remaining` is stored as `others`, its name in earlier releases. */
export function formatState(state: SyncState): string {
  const { files, remaining, plan, ...rest } = state;
  const lists = { files: rowsOf(files), others: rowsOf(remaining) };
  return JSON.stringify({ format: FORMAT, ...rest, ...lists, plan: plan && planRow(plan, files) });
}

/**
 * Parses the text of a state file; null for anything that `formatState` of this or an earlier
 * release did not write.
 */
export function parseState(text: string): SyncState | null {
  let stored: Record<string, unknown>;
  try {
    stored = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
  if (stored === null || typeof stored !== 'object' || stored['format'] !== FORMAT) return null;
  const { registry, repository, target, selection, snapshot, baseline, version } = stored;
  // The first state files of version 0.1.0 have no `pulled`.
  const pulled = stored['pulled'] ?? (selection !== null || snapshot !== null);
  if (typeof pulled !== 'boolean') return null;
  if (!isText(registry) || !isText(repository) || !isText(target)) return null;
  if (!isTextOrNull(selection) || !isTextOrNull(snapshot) || !isTextOrNull(baseline)) return null;
  if (version !== null && typeof version !== 'number') return null;
  const since = sinceOf(stored['since'], snapshot);
  if (since === undefined) return null;
  const files = filesOf(stored['files']);
  const remaining = filesOf(stored['others']);
  if (files === null || remaining === null) return null;
  return {
    registry,
    repository,
    target,
    selection,
    snapshot,
    since,
    baseline,
    version,
    files,
    remaining,
    pulled,
    plan: parsePlan(stored['plan'], files),
  };
}

/** Earlier releases store only the snapshot. Returns undefined for an invalid value. */
function sinceOf(stored: unknown, snapshot: string | null): Since | undefined {
  if (stored === undefined) return { snapshot: snapshot ?? '', at: null };
  const { snapshot: id, at } = (stored ?? {}) as Record<string, unknown>;
  return isText(id) && isTextOrNull(at) ? { snapshot: id, at } : undefined;
}

function rowsOf(files: Map<string, KnownFile>): FileRow[] {
  return Array.from(files, ([path, file]) => [
    path,
    file.digest,
    file.size,
    file.mtimeMs,
    file.written ? 1 : 0,
  ]);
}

function filesOf(rows: unknown): Map<string, KnownFile> | null {
  if (!Array.isArray(rows)) return null;
  const files = new Map<string, KnownFile>();
  for (const row of rows as Partial<FileRow>[]) {
    if (!Array.isArray(row)) return null;
    const [path, digest, size, mtimeMs, written] = row;
    // The client deletes files at these paths: a manipulated state must not name one outside the
    // directory.
    if (!isText(path) || refusedPath(path) !== null || !isText(digest) || !isDigest(digest)) return null;
    if (typeof size !== 'number' || typeof mtimeMs !== 'number') return null;
    files.set(path, { digest, size, mtimeMs, written: written === 1 });
  }
  return files;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
