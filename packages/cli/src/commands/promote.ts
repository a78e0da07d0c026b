import {
  type Connection,
  hasState,
  knowsBranch,
  missingState,
  requireState,
} from '@fixture-registry/client/core';
import { promote } from '@fixture-registry/client/promote';
import { chooseCommit } from '../options/choose-target.js';
import { openConnection, requireToken } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { UsageError } from '../options/usage-error.js';
import { openConsole } from '../output/console.js';
import { countsOf, describeSnapshot, print } from '../output/describe.js';

/** Runs `fixtures promote`. @throws UsageError, RegistryError */
export async function runPromote(options: Options): Promise<void> {
  const { pullRequest, base } = options;
  if (pullRequest === undefined) throw new UsageError('name the merged pull request: use --pull-request N');
  const connection = await openConnection(options, openConsole().log);
  requireToken(connection, 'promote');
  // The registry accepts both for its workflows, whose numbers and branches are never mistyped.
  await requireState(connection, { pullRequest });
  if (base !== undefined) await requireBranch(connection, options.directory, base);
  // Not HEAD by default: the commit that is checked out need not be the merge.
  const commit = options.commit === undefined ? null : await chooseCommit(options);
  const summary = await promote(connection, {
    pullRequest,
    ...(base !== undefined && { branch: base }),
    ...(commit !== null && { commit }),
  });
  const { snapshot, promoted, reason, warnings, added, changed, removed } = summary;
  const counts = countsOf({ added, changed, removed }, 'nothing changed');
  print(options.json, summary, [
    promoted ? `pull request ${pullRequest} promoted: ${counts}` : `not promoted: ${reason}`,
    ...warnings.map((warning) => `note: ${warning}`),
    ...(snapshot === null ? [] : [describeSnapshot(snapshot)]),
  ]);
}

/** A new branch has no recordings yet, but then git knows it. @throws RegistryError */
async function requireBranch(connection: Connection, directory: string, branch: string): Promise<void> {
  if ((await hasState(connection, { branch })) || (await knowsBranch(directory, branch))) return;
  throw missingState(connection, { branch });
}
