import { allOrNothing } from '../../database/statements/all-or-nothing.js';
import type { Database } from '../../database/statements/database.js';
import { unknownSince } from '../baseline/check-since.js';
import { checkPush } from '../checks/check-push.js';
import { type PushedSettings, readPushedSettings } from '../checks/read-pushed-settings.js';
import { noteUse } from '../uses/note-use.js';
import { type PreparedUse, prepareUse } from '../uses/prepare-use.js';
import type { UnusableUse } from '../uses/reported-use.js';
import { commitWarnings, refusedPush, withProvenClaims } from './authorize-push.js';
import { checkContents, findMissingEarly } from './check-contents.js';
import { lockPushTarget } from './lock-push-target.js';
import type { PushOutcome } from './push-outcome.js';
import type { PushRequest } from './push-request.js';
import { changesDefaultBranch, settleDefaultBranch } from './settle-default-branch.js';
import { auditPush, writePush } from './write-push.js';

/**
 * Adds, replaces and removes exactly the named paths of a ref, in one transaction. A push is also the
 * negotiation: while contents are missing, it changes nothing and returns their digests. Repeating a stored
 * push changes nothing.
 */
export async function push(db: Database, requested: PushRequest): Promise<PushOutcome> {
  const request = await withProvenClaims(db, requested);
  const invalid = await checkPush(request);
  if (invalid) return { kind: 'invalid', ...invalid };
  const forbidden = await refusedPush(db, request);
  if (forbidden) return { kind: 'forbidden', message: forbidden };
  const missing = await findMissingEarly(db, request);
  if (missing) return missing;
  const lock = (await changesDefaultBranch(db, request)) ? 'alone' : 'shared';
  const settings = readPushedSettings(request.ref, request.settings);
  const { by, repository } = request;
  // Before the transaction, which locks the ref: it may count the recordings of the pulled snapshot.
  const use = request.use && (await prepareUse(db, repository, by, request.use, new Date()));

  return await allOrNothing<PushOutcome>(
    db,
    ({ kind }) => kind === 'pushed',
    (tx) => pushLocked(tx, requested, request, { lock, settings, use }),
  );
}

/** What a push prepares before its transaction. */
interface Prepared {
  lock: 'alone' | 'shared';
  settings: PushedSettings;
  use: PreparedUse | UnusableUse | null;
}

/**
 * The steps of a push in its transaction. They lock the repository first, then contents, then the ref, in the
 * same order as a purge, so that no two transactions wait for each other.
 */
async function pushLocked(
  tx: Database,
  requested: PushRequest,
  proven: PushRequest,
  { lock, settings, use }: Prepared,
): Promise<PushOutcome> {
  const unknown = await unknownSince(tx, proven);
  if (unknown) return unknown;

  const settled = await settleDefaultBranch(tx, proven, lock);
  if ('kind' in settled) return settled;

  const checked = await checkContents(tx, proven);
  if ('kind' in checked) return checked;

  const target = await lockPushTarget(tx, settled.repository, proven);
  if ('kind' in target) return target;

  const written = await writePush(tx, proven, target, settings.text);
  if ('kind' in written) return written;

  await auditPush(tx, proven, target, written, checked);
  const noted = use?.kind === 'use' ? await noteUse(tx, settled.repository, target.ref, use) : use;

  const { plan, snapshot, created } = written;
  return {
    kind: 'pushed',
    snapshot,
    created,
    added: plan.added,
    changed: plan.changed,
    removed: plan.removed,
    unchanged: plan.unchanged,
    baseline: snapshot.layers.length > 1 ? { ...snapshot, layers: snapshot.layers.slice(1) } : null,
    baselineReason: target.baseline?.reason ?? 'the default branch has no baseline',
    problems: [...settings.problems, ...written.problems],
    warnings: [
      ...target.warnings,
      ...settled.warnings,
      ...commitWarnings(requested, proven),
      ...(noted?.kind === 'unusable' ? [describeUnusable(noted)] : []),
    ],
    defaultBranchChange: settled.change,
    possibleSecrets: checked.possible,
    left: written.left,
  };
}

/** The push is stored anyway: a report about the last pull must not lose new recordings. */
const describeUnusable = ({ message }: UnusableUse) =>
  `the report of the recordings that the tests read was ignored: ${message}`;
