import { fetchPlan } from '../checkout/plan/fetch-plan.js';
import type { Plan } from '../checkout/plan/plan.js';
import type { StoredState } from '../checkout/state/sync-state.js';
import type { Connection } from '../connection/registry/connection.js';
import type { PlanRequest } from '../connection/registry/target.js';

/**
 * The plan of a pull. Takes the files from the state if the registry reports that the snapshot is
 * unchanged.
 * @param state null if it was written for another selection
 */
export async function planPull(
  connection: Connection,
  request: PlanRequest,
  state: StoredState | null,
): Promise<Plan> {
  const plan = await fetchPlan(connection, request, state?.snapshot ?? null);
  if (!plan.unchanged || state === null) return plan;
  // The snapshot of a pull request may be unchanged while its baseline has moved.
  if ((plan.baseline?.id ?? null) !== state.baseline) return fetchPlan(connection, request, null);
  const files = Array.from(state.files, ([path, { digest, size }]) => ({ path, digest, size }));
  const purged = new Set(plan.purged.map(({ path }) => path));
  return { ...plan, files: files.filter(({ path }) => !purged.has(path)) };
}
