import { describeBranchName } from '@fixture-registry/protocol';
import type { Database } from '../../database/statements/database.js';
import { findRecordingRun } from '../../store/snapshots/recording-run-store.js';
import type { Ref } from '../../store/snapshots/ref.js';
import { refById, snapshotRow } from '../../store/snapshots/ref-store.js';
import { encodeSnapshotKey, type SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import { describeDefaultBranchRun } from '../../vocabulary/default-branch-run.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { RecordedBy, Report, ReportSnapshot } from '../report/report.js';
import type { DriftSides } from './drift-sides.js';

/** The addresses that reports link to, without a trailing slash. */
export interface Addresses {
  publicUrl: string;
  /** Null when the GitHub of the repositories is unknown. */
  githubUrl: string | null;
}

/** Loads what a report shows about its two sides, besides the drift. */
export async function reportContext(
  db: Database,
  { publicUrl, githubUrl }: Addresses,
  repository: Repository,
  sides: DriftSides,
): Promise<Omit<Report, 'drift'>> {
  const fullName = `${repository.owner}/${repository.name}`;
  const head = await describe(db, sides.head, new Date(0));
  // An empty baseline has no age: use the age of the head.
  const baseline = await describe(db, sides.baseline, head.createdAt);
  const { path, pullRequest } = await reportAddress(db, sides);
  return {
    repository: fullName,
    baseline: { ...baseline, reason: sides.reason },
    head: { ...head, recordedBy: await recordedBy(db, githubUrl, repository, sides.head) },
    url: `${publicUrl}/${fullName}/${path}`,
    pullRequest,
  };
}

async function describe(db: Database, snapshot: SnapshotKey, fallback: Date): Promise<ReportSnapshot> {
  const top = snapshot.layers[0];
  const ref = top && (await refById(db, snapshot.repositoryId, top.refId));
  if (!top || !ref) return { label: 'nothing', commit: null, createdAt: fallback };
  const row = await snapshotRow(db, snapshot.repositoryId, top);
  return {
    label: labelOf(ref),
    commit: row?.commit ?? null,
    createdAt: row?.createdAt ?? fallback,
  };
}

/** Null when the pull request's own run, or a token, pushed the snapshot. */
export async function recordedBy(
  db: Database,
  githubUrl: string | null,
  repository: Repository,
  { repositoryId, layers: [top] }: SnapshotKey,
): Promise<RecordedBy | null> {
  const found = top ? await findRecordingRun(db, repositoryId, top) : null;
  if (found === null) return null;
  const { start, run } = found;
  return {
    what: describeDefaultBranchRun(start, `\`${describeBranchName(repository.defaultBranch)}\``),
    url: githubUrl !== null && run !== null ? `${githubUrl}/${run}` : null,
  };
}

function labelOf({ kind, name }: Ref): string {
  if (kind === 'BRANCH') return describeBranchName(name);
  if (kind === 'WATCH') return `watch/${name}`;
  return `pull/${name}${kind === 'RERUN' ? ' (re-run)' : ''}`;
}

/**
 * The path of a report: permanent for a pull request against its base, with its number, else with both
 * snapshots.
 */
async function reportAddress(
  db: Database,
  { baseline, head }: DriftSides,
): Promise<{ path: string; pullRequest: number | null }> {
  const [top, ...below] = head.layers;
  const ref = top && (await refById(db, head.repositoryId, top.refId));
  const isOwn = encodeSnapshotKey({ ...head, layers: below }) === encodeSnapshotKey(baseline);
  if (ref?.kind === 'PULL_REQUEST' && isOwn && ref.version === top?.version)
    return { path: `pull/${ref.name}`, pullRequest: Number(ref.name) };
  return {
    path: `compare/${encodeSnapshotKey(baseline)}...${encodeSnapshotKey(head)}`,
    pullRequest: null,
  };
}
