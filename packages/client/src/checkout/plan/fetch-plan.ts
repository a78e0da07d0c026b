import { queryWithFallback } from '../../connection/graphql/query.js';
import { expectRepository, expectType, type Problem } from '../../connection/graphql/typed-result.js';
import type { Connection } from '../../connection/registry/connection.js';
import { SNAPSHOT } from '../../connection/registry/snapshot.js';
import type { PlanRequest } from '../../connection/registry/target.js';
import { checkPlan } from './check-plan.js';
import { missingCommit } from './missing-target.js';
import type { Plan } from './plan.js';
import { AGES, isSnapshotAges, type SnapshotAges } from './snapshot-ages.js';

/** @param newFields fields of the plan that a registry of an earlier release does not have */
const planQuery = (newFields: string) => `query PullPlan(
  $owner: String!, $name: String!, $ref: RefInput, $at: At, $candidates: [String!], $baseline: String,
  $selection: SelectionInput, $have: ID
) {
  repository(owner: $owner, name: $name) {
    pullPlan(
      ref: $ref, at: $at, candidates: $candidates, baseline: $baseline, selection: $selection, have: $have
    ) {
      __typename
      ... on PullPlan {
        snapshot { ${SNAPSHOT} } baseline { ${SNAPSHOT} } baselineReason unchanged files { path digest size }
        purged { path digest at by reason } ${newFields}
      }
      ... on Problem { message }
    }
  }
}`;

type PullPlan = { __typename: 'PullPlan' } & Plan & { snapshot: { ages?: SnapshotAges } };
type Result = { repository: { pullPlan: PullPlan | Problem } | null };

/**
 * Fetches the plan of the recordings that a checkout needs, and checks it (see `checkPlan`).
 * @param have the snapshot that is on disk; null to list every file
 * @param options `withAges`: also fetches how old the recordings of the snapshot are
 * @throws RegistryError, with the code NOT_FOUND if the registry has no such ref, commit or
 *   repository; LocalError
 */
export async function fetchPlan(
  connection: Connection,
  request: PlanRequest,
  have: string | null,
  { withAges = false }: { withAges?: boolean } = {},
): Promise<Plan> {
  const { owner, name } = connection.repository;
  const { target, at, candidates, baseline, selection } = request;
  const variables = { owner, name, ref: target, at, candidates, baseline, selection, have };
  const selectsByCall = (selection?.tests ?? selection?.models) !== undefined;
  const newFields = [
    have === null ? '' : 'knowsHave',
    selectsByCall ? 'unmatched { tests models }' : '',
    withAges ? `snapshot { ages { ${AGES} } }` : '',
  ].join(' ');
  const result = await queryWithFallback<Result>(
    connection,
    { text: planQuery(newFields), variables },
    { text: planQuery(''), variables },
  );
  const { pullPlan } = expectRepository(connection, result.repository);
  if (pullPlan?.__typename === 'NotFound' && at?.commit !== undefined)
    throw missingCommit(connection, at.commit);
  const received = expectType<PullPlan>(pullPlan, 'PullPlan');
  const plan = { ...received, knowsHave: received.knowsHave ?? null };
  checkPlan(plan);
  const { ages, ...snapshot } = plan.snapshot;
  return { ...plan, snapshot, ...(isSnapshotAges(ages) && { ages }) };
}
