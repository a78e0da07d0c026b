import type { PlannedFile } from '../checkout/plan/plan.js';
import type { Connection } from '../connection/registry/connection.js';
import type { PushTerms } from './negotiate/negotiate.js';
import { negotiateRedacted } from './negotiate/negotiate-redacted.js';
import type { Prune } from './prune/prune-rule.js';
import { requirePrunable } from './prune/removals.js';
import type { PushSummary } from './push.js';

/**
 * Pushes exactly these changes, for whoever knows them already: nothing is searched for, and what was pulled to the directory does
 * not matter. The contents are read from their paths in it.
 * @throws RegistryError, LocalError; the push is then not visible to anybody. LocalError also where more would be removed
 *   than `prune` allows
 */
export async function pushChanges(
  connection: Connection,
  options: PushTerms & { paths?: string[]; prune?: Prune },
  changes: { add: PlannedFile[]; remove: string[] },
): Promise<PushSummary> {
  await requirePrunable(connection, options, changes.remove);
  const { result, uploaded, redacted } = await negotiateRedacted(connection, options, changes);
  return {
    ...result,
    removedPaths: changes.remove,
    warnings: [],
    unchanged: changes.add.length - result.added - result.changed,
    uploaded,
    redacted: redacted.map(({ path, replacements }) => ({ path, replacements })),
  };
}
