import { allOrNothing } from '../../database/statements/all-or-nothing.js';
import type { Database } from '../../database/statements/database.js';
import { slicesOf } from '../../database/statements/slices.js';
import { baseProofOf, provenCommit, refusedWrite, withProvenBase } from '../../trust/access/may-write.js';
import { refTarget } from '../../trust/audit/audit-event.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import { type SinceUnknown, unknownSince } from '../baseline/check-since.js';
import { writeChanges } from '../changes/write-changes.js';
import { allowancesFor } from '../checks/allowances-for.js';
import { checkPush } from '../checks/check-push.js';
import { purgedInPush } from '../checks/purged-in-push.js';
import { type FileFinding, pushedSecrets } from '../checks/pushed-secrets.js';
import { readPushedSettings } from '../checks/read-pushed-settings.js';
import { missingContents } from '../contents/content-store.js';
import type { Held } from '../snapshots/plan-changes.js';
import { type Ref, standingOf } from '../snapshots/ref.js';
import { findRef, lockRef } from '../snapshots/ref-store.js';
import type { SnapshotKey } from '../snapshots/snapshot-key.js';
import { targetOfPush } from './lock-push-target.js';
import type { PushRequest } from './push-request.js';
import { changesDefaultBranch, settleDefaultBranch } from './settle-default-branch.js';

export type PushOutcome =
  | {
      kind: 'pushed';
      snapshot: SnapshotKey;
      /** False when the push changed nothing, so that the snapshot was there before. */
      created: boolean;
      added: number;
      changed: number;
      removed: number;
      unchanged: number;
      baseline: SnapshotKey | null;
      baselineReason: string;
      problems: { path: string; problem: string }[];
      /** What the caller should look into, although the push was made. */
      warnings: string[];
      /** What the push did to the default branch, in words; null where it changed nothing. */
      defaultBranchChange: string | null;
    }
  | { kind: 'content-missing'; digests: string[] }
  | SinceUnknown
  | { kind: 'secrets'; findings: FileFinding[] }
  | { kind: 'forbidden'; message: string }
  | { kind: 'invalid'; message: string; field: string };

/**
 * Adds, replaces and removes exactly the named paths of a ref, in one transaction. It is its own negotiation: while
 * contents are missing it changes nothing and names them. The same push again changes nothing.
 */
export async function push(db: Database, asked: PushRequest): Promise<PushOutcome> {
  const request = asProven(asked);
  const refused = await checkPush(request);
  if (refused) return { kind: 'invalid', ...refused };
  const forbidden = refusedPush(request, await standingRef(db, request));
  if (forbidden) return { kind: 'forbidden', message: forbidden };
  const hold = (await changesDefaultBranch(db, request)) ? 'alone' : 'shared';
  const { wanted, digests } = await wantedBy(request);

  const settings = readPushedSettings(request.ref, request.settings);

  // A push that is refused leaves nothing behind: no empty ref, and no other default branch.
  return await allOrNothing<PushOutcome>(
    db,
    ({ kind }) => kind === 'pushed',
    async (tx) => {
      const unknown = await unknownSince(tx, request);
      if (unknown) return unknown;
      // The repository is locked before contents, as a purge does it.
      const settled = await settleDefaultBranch(tx, request, hold);
      if ('kind' in settled) return settled;
      const { repository } = settled;
      // Content that nobody refers to may be collected at any time, so the last word is said in here.
      const missing = await missingContents(tx, repository.id, digests);
      if (missing.length > 0) return { kind: 'content-missing', digests: missing };

      const allowances = await allowancesFor(tx, request.repository, request.ref, request.settings);
      const secrets = await pushedSecrets(tx, request.repository.id, request.add, allowances);
      if (secrets.refused.length > 0) return { kind: 'secrets', findings: secrets.refused };

      const ref = await lockRef(tx, repository.id, request.ref.kind, request.ref.name);
      // Somebody else may have begun it in the meantime.
      const forbiddenNow = refusedPush(request, ref.version === 0 ? null : ref);
      if (forbiddenNow) return { kind: 'forbidden', message: forbiddenNow };
      const target = await targetOfPush(tx, repository, request, ref);
      if ('forbidden' in target) return { kind: 'forbidden', message: target.forbidden };
      const { baseline, isRerun } = target;
      if (baseline && 'refused' in baseline) {
        return {
          kind: 'invalid',
          field: 'baseline',
          message: `${baseline.refused}; leave the baseline out to let the registry choose`,
        };
      }
      const purged = await purgedInPush(
        tx,
        { ref: target.ref, below: baseline?.layer ?? standingOf(target.ref) },
        wanted,
      );
      if (purged.refused !== null) return { kind: 'invalid', field: 'add', message: purged.refused };
      const written = await writeChanges(tx, repository.id, {
        ref: target.ref,
        wanted,
        baseline,
        commit: request.commit,
        origin: isRerun ? 'RERUN' : 'PUSH',
        pullRequest: null,
        settings: settings.text,
      });
      const { plan, snapshot, created } = written;
      await recordAudit(tx, {
        repositoryId: repository.id,
        by: request.by,
        action: 'push',
        target: refTarget(request.ref),
        outcome: 'DONE',
        detail: `${isRerun ? 're-run, stored beside the pull request: ' : ''}version ${snapshot.layers[0]?.version}: ${plan.added} added, ${plan.changed} changed, ${plan.removed} removed, ${plan.unchanged} unchanged${allowedSecrets(secrets.allowed)}`,
      });
      return {
        kind: 'pushed',
        snapshot,
        created,
        added: plan.added,
        changed: plan.changed,
        removed: plan.removed,
        unchanged: plan.unchanged,
        baseline: snapshot.layers.length > 1 ? { ...snapshot, layers: snapshot.layers.slice(1) } : null,
        baselineReason: baseline?.reason ?? 'the default branch has no baseline',
        problems: [...settings.problems, ...purged.problems, ...written.problems],
        warnings: [...target.warnings, ...settled.warnings, ...otherCommit(asked.commit, request.commit)],
        defaultBranchChange: settled.change,
      };
    },
  );
}

/** What the push wants to hold at each path, and the digests that it names. */
async function wantedBy({ add, remove }: PushRequest) {
  const wanted = new Map<string, Held>();
  const digests = new Set<string>();
  for await (const files of slicesOf(add)) {
    for (const { path, digest } of files) {
      wanted.set(path, digest);
      digests.add(digest);
    }
  }
  for (const path of remove) wanted.set(path, null);
  return { wanted, digests: [...digests] };
}

/** The request with what the claims prove: the base, over which alone a baseline may lie, and a branch's commit. */
function asProven(request: PushRequest): PushRequest {
  const { by, repository, ref, baseline } = request;
  const ofBaseOnly = ref.kind === 'PULL_REQUEST' && baseProofOf(by.identity, repository).baselineOfBase;
  return {
    ...request,
    ref: withProvenBase(by.identity, repository, ref),
    commit: provenCommit(by.identity, repository) ?? request.commit,
    baseline: { ...baseline, ofBaseOnly },
  };
}

function allowedSecrets(count: number): string {
  return count === 0 ? '' : `; ${count} with what looks like a secret and is allowed`;
}

function refusedPush({ by, repository, ref }: PushRequest, existing: Ref | null): string | null {
  return refusedWrite(by.identity, repository, { kind: 'push', ref, existing });
}

async function standingRef(db: Database, { repository, ref }: PushRequest): Promise<Ref | null> {
  const found = await findRef(db, repository.id, ref.kind, ref.name);
  return found === null || found.version === 0 ? null : found;
}

function otherCommit(named: string | null, proven: string | null): string[] {
  if (named === null || named === proven) return [];
  return [`the run is on commit ${proven}, as GitHub signed it; ${named}, which it named, is not noted`];
}
