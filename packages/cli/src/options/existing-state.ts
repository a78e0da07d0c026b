import { type At, type Connection, hasState, missingState } from '@fixture-registry/client/core';
import { chooseAt } from './choose-target.js';
import type { Options } from './options.js';

/**
 * The state that the options name; undefined for the default branch, also if the branch that is checked out is new.
 * @param used what the command does with the state, for the note about a new branch: `searched`
 * @throws UsageError; RegistryError for a state that does not exist
 */
export async function existingState(
  connection: Connection,
  options: Options,
  { log, used }: { log: (line: string) => void; used: string },
): Promise<At | undefined> {
  const { at, isCheckedOut } = await chooseAt(options);
  if (at === undefined || (await hasState(connection, at))) return at;
  if (!isCheckedOut) throw missingState(connection, at);
  log(`branch ${at.branch}, which is checked out, has no recordings yet; ${used} the default branch.`);
  return undefined;
}
