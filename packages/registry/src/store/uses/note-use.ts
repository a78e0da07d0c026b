import type { Database } from '../../database/statements/database.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { Ref } from '../snapshots/ref.js';
import { unite } from './bitmap.js';
import { judgeRun, type UseReason, withReport } from './judge-run.js';
import type { PreparedUse } from './prepare-use.js';
import { type UnusableUse, unusable } from './reported-use.js';
import { readRun, writeRun } from './use-store.js';

/** A stored report. `reason` says why its run does not count; null when it does. */
export interface NotedUse {
  kind: 'noted';
  reason: UseReason | null;
}

/** The maximum number of job ids of one run. */
const MOST_JOBS = 50;

/**
 * Unites a report with the earlier ones of its run, in two statements. The caller has locked the ref, so two
 * jobs of a run wait for each other. `foldUses` then writes what was read.
 *
 * The audit log has no event for it: a run with twenty jobs would add twenty, none of which changes a
 * recording. A refused report is logged, as a refused push is.
 */
export async function noteUse(
  tx: Database,
  repository: Repository,
  ref: Ref,
  use: PreparedUse,
): Promise<NotedUse | UnusableUse> {
  const stored = await readRun(tx, ref, use);
  const jobs = withReport(stored.jobs ?? {}, use.job);
  if (Object.keys(jobs).length > MOST_JOBS) {
    return unusable('job.job', `a run may report at most ${MOST_JOBS} different jobs`);
  }
  const hasSelection = use.hasSelection || (stored.hasSelection ?? false);
  const isBlind = use.read === null || (stored.isBlind ?? false);
  const isDefaultBranch = ref.kind === 'BRANCH' && ref.name === repository.defaultBranch;
  const { expectedJobs } = stored;
  const hasReads = (stored.hasReads ?? false) || (use.read?.some((byte) => byte > 0) ?? false);
  const reason = judgeRun({ jobs, hasSelection, isBlind, hasReads, expectedJobs, isDefaultBranch });
  const counts = reason === null;
  const beginsToCount = counts && stored.counts !== true;
  const read = use.read && stored.read ? unite(use.read, stored.read) : use.read;
  await writeRun(tx, ref, use, { jobs, hasSelection, isBlind, hasReads, counts, beginsToCount, read });
  return { kind: 'noted', reason };
}
