import type { Database } from '../../database/statements/database.js';
import { encodeSnapshotKey, type SnapshotKey } from '../../store/snapshots/snapshot-key.js';
import type { Repository } from '../../vocabulary/repository.js';
import type { AcceptanceView } from '../acceptance/acceptance.js';
import { loadAcceptances } from '../acceptance/load-acceptances.js';
import type { Drift } from '../differences/drift.js';
import type { DriftReports } from '../drift/drift-reports.js';
import { driftSides } from '../drift/drift-sides.js';
import { verdictOf } from './verdict.js';
import { storeVerdict } from './verdict-store.js';

/** Keeps the verdicts of reports, for lists of pull requests and for trends. */
export interface Verdicts {
  /**
   * Stores the verdict of a report if it compares the newest version of a pull request with its base. Never
   * throws: the report is right without it, and the next request stores it.
   */
  record(
    sides: { baseline: SnapshotKey; head: SnapshotKey },
    drift: Drift,
    acceptance: Pick<AcceptanceView, 'of' | 'accepted' | 'unacceptedLevel'>,
  ): Promise<void>;
}

/** @param onError called with a failure to store a verdict */
export function makeVerdicts(db: Database, onError: (error: unknown) => void): Verdicts {
  // Reports are cached objects, so most requests of a report write and compute nothing here.
  const recorded = new WeakMap<Drift, string>();
  return {
    record: async ({ baseline, head }, drift, acceptance) => {
      const [top, ...below] = head.layers;
      if (!top || encodeSnapshotKey({ ...head, layers: below }) !== encodeSnapshotKey(baseline)) return;
      const state = `${encodeSnapshotKey(head)} ${acceptance.accepted.length}`;
      if (recorded.get(drift) === state) return;
      try {
        const of = { repositoryId: head.repositoryId, refId: top.refId, version: top.version };
        await storeVerdict(db, of, verdictOf(drift, acceptance));
        recorded.set(drift, state);
      } catch (error) {
        onError(error);
      }
    },
  };
}

/** Stores the verdict of the newest version of a pull request, after a change of its acceptances. */
export async function recordPullRequest(
  { db, reports, verdicts }: { db: Database; reports: DriftReports; verdicts: Verdicts },
  repository: Repository,
  pullRequest: number,
): Promise<void> {
  const sides = await driftSides(db, repository, { head: { pullRequest }, base: null });
  if (!sides) return;
  const { drift } = await reports.between(sides.baseline, sides.head);
  await verdicts.record(sides, drift, await loadAcceptances(db, sides.head, drift.changes));
}
