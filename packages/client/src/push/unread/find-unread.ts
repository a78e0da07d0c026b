import { trackedFiles } from '../../checkout/git/tracked-files.js';
import { LocalError } from '../../checkout/local-error.js';
import { fetchPlan } from '../../checkout/plan/fetch-plan.js';
import type { KnownFile } from '../../checkout/state/sync-state.js';
import type { Connection } from '../../connection/registry/connection.js';
import type { Target } from '../../connection/registry/target.js';
import { explainUnremovable } from '../../unused/explain-unremovable.js';
import { fetchSuperseded } from '../../unused/fetch-superseded.js';
import { fetchUnused } from '../../unused/fetch-unused.js';
import { describeSuperseded, describeUnused } from '../../unused/unused-recording.js';
import { chooseUnread, refusedRemoval, type UnreadChoice, type UnreadRecording } from './unread-rule.js';

/** Which recordings to remove because runs do not read them. `force` removes more than half. */
export type UnreadRemoval =
  | { what: 'unused'; days: number; force: boolean }
  | { what: 'superseded'; force: boolean };

/** What a push removes because runs do not read it. */
export interface FoundUnread extends UnreadChoice {
  /** Why nothing is removed, if nothing is. */
  nothing: string | null;
}

interface Local {
  directory: string;
  patterns: string[];
  files: Map<string, KnownFile>;
  /** Paths on disk that cannot be pushed. */
  unpushable: string[];
  pullFailed: boolean;
}

/**
 * Finds the recordings of a pull request that a push removes because the runs of the default branch do not
 * read them. Changes nothing.
 * @throws LocalError for another target than a pull request, after a failed pull, and if more than half of
 *   the recordings would be removed; RegistryError, also if no run counts yet
 */
export async function findUnread(
  connection: Connection,
  removal: UnreadRemoval,
  request: { target: Target; candidates?: string[]; baseline?: string },
  local: Local,
): Promise<FoundUnread> {
  if (!('pullRequest' in request.target))
    throw new LocalError('Unread recordings are only removed within a pull request.');
  const { unread, nothing } = await fetchUnread(connection, removal);
  if (nothing !== null) return { remove: [], kept: [], nothing };
  const { target, candidates, baseline } = request;
  const plan = await fetchPlan(
    connection,
    {
      target,
      ...(candidates !== undefined && { candidates }),
      ...(baseline !== undefined && { baseline }),
    },
    null,
  );
  const held = new Map(plan.files.map(({ path, digest }) => [path, digest]));
  const fixed = new Map(local.unpushable.map((path) => [path, 'the file on disk is not a recording']));
  const paths = unread.map(({ path }) => path).filter((path) => local.files.has(path));
  for (const path of trackedFiles(local.directory, paths)) fixed.set(path, 'git tracks the file');
  const facts = { held, onDisk: local.files, fixed, patterns: local.patterns };
  const choice = chooseUnread(unread, facts);
  const covered = chooseUnread(
    plan.files.map((file) => ({ ...file, words: '' })),
    { held, onDisk: new Map(), fixed: new Map(), patterns: local.patterns },
  ).remove.length;
  const [command, forced] =
    removal.what === 'unused'
      ? ['push --prune-unused', 'push --prune-unused=force']
      : ['prune --superseded', 'prune --superseded --force'];
  const refused = refusedRemoval({
    ...{ covered, removed: choice.remove.length, command, forced },
    ...{ pullFailed: local.pullFailed, force: removal.force },
  });
  if (refused !== null) throw new LocalError(`${refused} Nothing was pushed.`);
  return { ...choice, nothing: choice.remove.length > 0 ? null : explainNone(choice) };
}

function explainNone({ kept }: UnreadChoice): string {
  if (kept.length > 0) return 'every one of them is kept';
  return 'the pull request has none of them, or none that matches the paths';
}

async function fetchUnread(
  connection: Connection,
  removal: UnreadRemoval,
): Promise<{ unread: UnreadRecording[]; nothing: string | null }> {
  if (removal.what === 'superseded') {
    const { recordings } = await fetchSuperseded(connection);
    const nothing = recordings.length === 0 ? 'no recording is superseded' : null;
    return { unread: recordings.map((each) => ({ ...each, words: describeSuperseded(each) })), nothing };
  }
  const unused = await fetchUnused(connection, removal.days);
  const removable = unused.recordings.filter(({ isRemovable }) => isRemovable);
  return {
    unread: removable.map((each) => ({ ...each, words: describeUnused(each) })),
    nothing: explainUnremovable(unused, Date.now()),
  };
}
