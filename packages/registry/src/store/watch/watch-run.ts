import { refusedWrite } from '../../trust/access/may-write.js';
import type { Caller } from '../../trust/identity/caller.js';
import { workflowRunOf } from '../../trust/identity/workflow-run.js';
import type { Repository } from '../../vocabulary/repository.js';

/**
 * Why the caller may not write to the watch of a run; null when it may. The claims of a workflow name its run,
 * so that no run writes to the watch of another one.
 * @param named.attempt null for any attempt
 */
export function refusedWatch(
  { identity }: Caller,
  repository: Repository,
  named: { run: string; attempt: number | null },
): string | null {
  const refused = refusedWrite(identity, repository, { kind: 'watch' });
  if (refused) return refused;
  const own = workflowRunOf(identity);
  if (own === null) return null;
  if (String(own.id) !== named.run) {
    return `this is run ${own.id} according to GitHub: it may only push its own watch, not that of run ${named.run}`;
  }
  return named.attempt === null || named.attempt === own.attempt
    ? null
    : `this is attempt ${own.attempt} of run ${own.id} according to GitHub, not attempt ${named.attempt}`;
}
