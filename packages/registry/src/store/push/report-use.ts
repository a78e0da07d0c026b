import { allOrNothing } from '../../database/statements/all-or-nothing.js';
import type { Database } from '../../database/statements/database.js';
import { refusedCommit } from '../../vocabulary/commit.js';
import { lockRef } from '../snapshots/ref-store.js';
import { countBits } from '../uses/bitmap.js';
import type { UseReason } from '../uses/judge-run.js';
import { noteUse } from '../uses/note-use.js';
import { prepareUse } from '../uses/prepare-use.js';
import type { ReportedUse } from '../uses/reported-use.js';
import { countRuns } from '../uses/use-store.js';
import { provenRef, type RefWrite, refusedPush, refusedPushTo } from './authorize-push.js';

/** A report of the recordings that the tests read, without a push. */
export interface UseRequest extends RefWrite {
  commit: string | null;
  use: ReportedUse;
}

export type UseOutcome =
  | {
      kind: 'use';
      /** Why the run does not count; null when it does. */
      reason: UseReason | null;
      /** The number of runs of the ref that count, this one included. */
      runs: number;
      /** The numbers of recordings that were read, and that were pulled. */
      read: number;
      recordings: number;
    }
  | { kind: 'forbidden'; message: string }
  | { kind: 'invalid'; message: string; field: string };

/**
 * Stores a report. Whoever may push to a ref may report for it: which recordings of the default branch are
 * unused follows only from runs that may write to it.
 */
export async function reportUse(db: Database, requested: UseRequest): Promise<UseOutcome> {
  const { repository, by, commit } = requested;
  const refused = commit === null ? null : refusedCommit(commit);
  if (refused) return { kind: 'invalid', message: refused, field: 'commit' };
  const request = { ...requested, ref: await provenRef(db, requested) };
  const { ref } = request;
  const forbidden = await refusedPush(db, request);
  if (forbidden) return { kind: 'forbidden', message: forbidden };
  const use = await prepareUse(db, repository, by, request.use, new Date());
  if (use.kind === 'unusable') return { ...use, kind: 'invalid' };

  return await allOrNothing<UseOutcome>(
    db,
    ({ kind }) => kind === 'use',
    async (tx) => {
      const locked = await lockRef(tx, repository.id, ref.kind, ref.name);
      // Another push may have created the ref since the first check.
      const stillForbidden = await refusedPushTo(tx, request, locked);
      if (stillForbidden) return { kind: 'forbidden', message: stillForbidden };
      const noted = await noteUse(tx, repository, locked, use);
      if (noted.kind === 'unusable') return { ...noted, kind: 'invalid' };
      const runs = await countRuns(tx, locked);
      const read = use.read === null ? 0 : countBits(use.read);
      return { kind: 'use', reason: noted.reason, runs, read, recordings: request.use.recordings };
    },
  );
}
