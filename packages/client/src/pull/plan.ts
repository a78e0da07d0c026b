import { isDigest, LIMITS, refusedPath } from '@fixture-registry/protocol';
import type { Connection } from '../connection/connection.js';
import { expectType, type Problem, query } from '../connection/graphql.js';
import { RegistryError } from '../connection/registry-error.js';
import { LocalError } from '../local-error.js';
import { SNAPSHOT, type SnapshotSummary } from '../snapshot.js';
import type { PlanQuestion } from '../target.js';

/** The recordings that a checkout needs, as the registry plans them. */
export interface Plan {
  snapshot: SnapshotSummary;
  baseline: SnapshotSummary | null;
  baselineReason: string;
  /** True when the snapshot is the one that the client said it has: then `files` is empty. */
  unchanged: boolean;
  files: PlannedFile[];
}

export interface PlannedFile {
  path: string;
  digest: string;
  /** Bytes */
  size: number;
}

const QUERY = `query PullPlan(
  $owner: String!, $name: String!, $ref: RefInput, $at: At, $candidates: [String!], $baseline: String,
  $selection: SelectionInput, $have: ID
) {
  repository(owner: $owner, name: $name) {
    pullPlan(ref: $ref, at: $at, candidates: $candidates, baseline: $baseline, selection: $selection, have: $have) {
      __typename
      ... on PullPlan {
        snapshot { ${SNAPSHOT} } baseline { ${SNAPSHOT} } baselineReason unchanged files { path digest size }
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
export async function askPlan(
  connection: Connection,
  question: PlanQuestion,
  have: string | null,
): Promise<Plan> {
  const { owner, name } = connection.repository;
  const { target, at, candidates, baseline, selection } = question;
  const variables = { owner, name, ref: target, at, candidates, baseline, selection, have };
  const { repository } = await query<Answer>(connection, QUERY, variables);
  if (repository === null) {
    throw new RegistryError('NOT_FOUND', `The registry has no repository ${owner}/${name} for this token.`);
  }
  const plan = expectType<{ __typename: 'PullPlan' } & Plan>(repository.pullPlan, 'PullPlan');
  checkFiles(plan.files);
  return plan;
}

/** @throws LocalError for a path that may not be written, RegistryError for an entry that makes no sense */
export function checkFiles(files: PlannedFile[]): void {
  const paths = new Set<string>();
  for (const { path, digest, size } of files) {
    const reason = refusedPath(path);
    if (reason !== null) {
      throw new LocalError(
        `The registry planned the path ${JSON.stringify(path)}, which ${reason}. Nothing was written.`,
        path,
      );
    }
    if (!isDigest(digest) || !(size >= 0 && size <= LIMITS.recordingBytes) || paths.has(path)) {
      throw new RegistryError(
        'SERVER',
        `The registry planned ${path} twice, or with a wrong digest or size.`,
      );
    }
    paths.add(path);
  }
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (!paths.has(folder)) continue;
      throw new LocalError(`The registry planned ${folder} both as a file and as a folder.`, path);
    }
  }
}
