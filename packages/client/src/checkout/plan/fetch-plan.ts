import { queryWithFallback } from '../../connection/graphql/query.js';
import { expectType, type Problem } from '../../connection/graphql/typed-result.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError } from '../../connection/registry/registry-error.js';
import { SNAPSHOT } from '../../connection/registry/snapshot.js';
import type { PlanRequest } from '../../connection/registry/target.js';
import { checkPlan } from './check-plan.js';
import type { Plan } from './plan.js';

/** @param more fields of the plan; a registry of an older release does not know all of them */
const queryOf = (more: string) => `query PullPlan(
  $owner: String!, $name: String!, $ref: RefInput, $at: At, $candidates: [String!], $baseline: String,
  $selection: SelectionInput, $have: ID
) {
  repository(owner: $owner, name: $name) {
    pullPlan(ref: $ref, at: $at, candidates: $candidates, baseline: $baseline, selection: $selection, have: $have) {
      __typename
      ... on PullPlan {
        snapshot { ${SNAPSHOT} } baseline { ${SNAPSHOT} } baselineReason unchanged files { path digest size }
        purged { path digest at by reason } ${more}
      }
      ... on Problem { message }
    }
  }
}`;

type Answer = { repository: { pullPlan: ({ __typename: 'PullPlan' } & Plan) | Problem } | null };

/**
 * Asks which recordings a checkout needs, and checks the answer: a registry is not trusted with the places files go to.
 * @param have the snapshot that is on disk; null to be told everything
 */
export async function fetchPlan(
  connection: Connection,
  question: PlanRequest,
  have: string | null,
): Promise<Plan> {
  const { owner, name } = connection.repository;
  const { target, at, candidates, baseline, selection } = question;
  const variables = { owner, name, ref: target, at, candidates, baseline, selection, have };
  const narrowed = (selection?.tests ?? selection?.models) !== undefined;
  const more = [have === null ? '' : 'knowsHave', narrowed ? 'unmatched { tests models }' : ''].join(' ');
  const current = { text: queryOf(more), variables };
  const { repository } = await queryWithFallback<Answer>(connection, current, {
    text: queryOf(''),
    variables,
  });
  if (repository === null) {
    throw new RegistryError('NOT_FOUND', `The registry has no repository ${owner}/${name} for this token.`);
  }
  const answer = expectType<{ __typename: 'PullPlan' } & Plan>(repository.pullPlan, 'PullPlan');
  const plan = { ...answer, knowsHave: answer.knowsHave ?? null };
  checkPlan(plan);
  return plan;
}
