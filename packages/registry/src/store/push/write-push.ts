import { describeBranchName } from '@fixture-registry/protocol';
import type { SnapshotOrigin } from '../../database/schema/schema.js';
import type { Database } from '../../database/statements/database.js';
import { defaultBranchEvent } from '../../trust/access/may-write.js';
import { refTarget } from '../../trust/audit/audit-event.js';
import { recordAudit } from '../../trust/audit/audit-store.js';
import { describeDefaultBranchRun } from '../../vocabulary/default-branch-run.js';
import { type WrittenChanges, writeChanges } from '../changes/write-changes.js';
import { purgedInPush } from '../checks/check-purged.js';
import type { PushedSecrets } from '../checks/check-secrets.js';
import { noteAcceptance } from '../promotion/promotion-store.js';
import { currentBase } from '../snapshots/ref.js';
import { acceptedChanges } from './accepted-changes.js';
import type { PushTarget } from './lock-push-target.js';
import type { RefusedPush } from './push-outcome.js';
import { type PushRequest, requestedChanges } from './push-request.js';

/**
 * Writes the changes of a push to its locked ref, unless they would add a purged content.
 * @param settings the settings file to store; null leaves the settings of the ref as they are
 */
export async function writePush(
  tx: Database,
  request: PushRequest,
  { ref, baseline, isRerun }: PushTarget,
  settings: string | null,
): Promise<(WrittenChanges & { left: string[] }) | Extract<RefusedPush, { kind: 'invalid' }>> {
  const requested = await requestedChanges(request);
  const accepted = request.accepts && (await acceptedChanges(tx, ref, request.accepts, requested));
  const { changes, left, isRepeated } = accepted ?? { changes: requested, left: [], isRepeated: false };
  const purged = await purgedInPush(tx, { ref, base: baseline?.layer ?? currentBase(ref) }, changes);
  if (purged.refused !== null) return { kind: 'invalid', field: 'add', message: purged.refused };
  const written = await writeChanges(tx, ref.repositoryId, {
    ref,
    changes,
    baseline,
    // An acceptance that is repeated must not name later pushes by its commit.
    commit: isRepeated ? null : request.commit,
    origin: isRerun ? 'RERUN' : originOf(request),
    pullRequest: null,
    settings,
  });
  const [own] = written.snapshot.layers;
  if (request.accepts && own && !isRepeated) await noteAcceptance(tx, ref.repositoryId, request.accepts, own);
  return { ...written, left, problems: [...purged.problems, ...written.problems] };
}

/** Marks what a run of the default branch pushes to a pull request. */
function originOf({ by, repository, ref }: PushRequest): SnapshotOrigin {
  if (ref.kind === 'WATCH') return 'WATCH';
  const event = ref.kind === 'PULL_REQUEST' ? defaultBranchEvent(by.identity, repository) : null;
  if (event === null) return 'PUSH';
  return event === 'schedule' ? 'SCHEDULE' : 'DISPATCH';
}

/** Records a stored push in the audit log. */
export async function auditPush(
  tx: Database,
  request: PushRequest,
  { ref: { repositoryId }, isRerun }: PushTarget,
  { plan, snapshot }: WrittenChanges,
  secrets: PushedSecrets,
): Promise<void> {
  const { by, ref, repository } = request;
  const origin = originOf(request);
  const from = request.accepts === undefined ? '' : 'accepted what a watch recorded: ';
  const counts = `${plan.added} added, ${plan.changed} changed, ${plan.removed} removed, ${plan.unchanged} unchanged`;
  await recordAudit(tx, {
    repositoryId,
    by,
    action: ref.kind === 'WATCH' ? 'watch' : 'push',
    target: refTarget(ref),
    outcome: 'DONE',
    detail:
      `${isRerun ? 're-run, stored separately: ' : recordedBy(origin, repository.defaultBranch)}version ${snapshot.layers[0]?.version}: ${from}${counts}` +
      describeSecrets(secrets),
  });
}

function recordedBy(origin: SnapshotOrigin, defaultBranch: string): string {
  return origin === 'DISPATCH' || origin === 'SCHEDULE'
    ? `recorded by ${describeDefaultBranchRun(origin, describeBranchName(defaultBranch))}: `
    : '';
}

/** The number of files that the log names; the response of the push has more. */
const NAMED = 3;

function describeSecrets({ allowed, possible }: PushedSecrets): string {
  const parts = allowed === 0 ? [] : [`${allowed} with what looks like a secret and is allowed`];
  if (possible.length > 0) {
    const files = [...new Set(possible.map(({ path }) => path))];
    const named = files.slice(0, NAMED).join(', ') + (files.length > NAMED ? ', …' : '');
    const kinds = [...new Set(possible.map(({ kind }) => kind))].join(', ');
    parts.push(`${files.length} with what may be a secret (${kinds}): ${named}`);
  }
  return parts.map((part) => `; ${part}`).join('');
}
