import type { Connection } from '../connection/connection.js';
import type { PlannedFile } from '../pull/plan.js';
import type { PushTerms } from './negotiate.js';
import { negotiateRedacted } from './negotiate-redacted.js';
import type { PushSummary } from './push.js';

/**
 * Pushes exactly these changes, for whoever knows them already: nothing is searched for, and what was pulled to the directory does
 * not matter. The contents are read from their paths in it.
 * @throws RegistryError, LocalError; the push is then not visible to anybody
 */
export async function pushChanges(
  connection: Connection,
  options: PushTerms,
  changes: { add: PlannedFile[]; remove: string[] },
): Promise<PushSummary> {
  const { result, uploaded, redacted } = await negotiateRedacted(connection, options, changes);
  return {
    ...result,
    unchanged: changes.add.length - result.added - result.changed,
    uploaded,
    redacted: redacted.map(({ path, replacements }) => ({ path, replacements })),
  };
}
