import type { PlannedFile } from '../checkout/plan/plan.js';
import type { Connection } from '../connection/registry/connection.js';
import type { PushContext } from './negotiate/negotiate.js';
import { negotiateRedacted } from './negotiate/negotiate-redacted.js';
import { requirePrunable } from './prune/find-removals.js';
import type { Prune } from './prune/prune-rule.js';
import type { PushSummary } from './push.js';

/**
 * Pushes exactly these changes, without searching the directory or using its state. Reads the
 * contents from their paths in the directory.
 * @throws RegistryError, LocalError, also for more removals than `prune` allows; nothing of the
 *   push is visible then
 */
export async function pushChanges(
  connection: Connection,
  options: PushContext & { paths?: string[]; prune?: Prune },
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
