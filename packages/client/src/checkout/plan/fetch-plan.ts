import { isDigest, LIMITS, refusedPath } from '@fixture-registry/protocol';
import { expectType, type Problem, queryEither } from '../../connection/graphql/query.js';
import type { Connection } from '../../connection/registry/connection.js';
import { RegistryError } from '../../connection/registry/registry-error.js';
import { SNAPSHOT, type SnapshotSummary } from '../../connection/registry/snapshot.js';
import type { PlanQuestion } from '../../connection/registry/target.js';
import type { Unmatched } from '../../pull/check/unmatched-selection.js';
import { LocalError } from '../local-error.js';
import { isPlan } from './check-plan.js';

/** The recordings that a checkout needs, as the registry plans them. */
export interface Plan {
  snapshot: SnapshotSummary;
  baseline: SnapshotSummary | null;
  baselineReason: string;
  /** False when the registry does not hold the snapshot that the client said it has; null when it said nothing. */
  knowsHave: boolean | null;
  /** True when the snapshot is the one that the client said it has: then `files` is empty. */
  unchanged: boolean;
  files: PlannedFile[];
  /** Recordings of the snapshot that nobody can have any more; told also when it is unchanged. */
  purged: PurgedFile[];
  /** What of the selection matches nothing; absent where no test or model was selected. */
  unmatched?: Unmatched;
}

export interface PlannedFile {
  path: string;
  digest: string;
  /** Bytes */
  size: number;
}

/** A recording whose content an admin of the registry removed. */
export interface PurgedFile {
  path: string;
  digest: string;
  /** ISO 8601 */
  at: string;
  /** Who did it, as the registry names them. */
  by: string;
  reason: string;
}

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
export async function askPlan(
  connection: Connection,
  question: PlanQuestion,
  have: string | null,
): Promise<Plan> {
  const { owner, name } = connection.repository;
  const { target, at, candidates, baseline, selection } = question;
  const variables = { owner, name, ref: target, at, candidates, baseline, selection, have };
  const narrowed = (selection?.tests ?? selection?.models) !== undefined;
  const more = [have === null ? '' : 'knowsHave', narrowed ? 'unmatched { tests models }' : ''].join(' ');
  const current = { text: queryOf(more), variables };
  const { repository } = await queryEither<Answer>(connection, current, { text: queryOf(''), variables });
  if (repository === null) {
    throw new RegistryError('NOT_FOUND', `The registry has no repository ${owner}/${name} for this token.`);
  }
  const answer = expectType<{ __typename: 'PullPlan' } & Plan>(repository.pullPlan, 'PullPlan');
  const plan = { ...answer, knowsHave: answer.knowsHave ?? null };
  if (!isPlan(plan)) throw new RegistryError('SERVER', 'The registry gave a plan that makes no sense.');
  checkFiles(plan.files);
  checkPurged(plan);
  return plan;
}

/** Purged paths are looked at on disk, so they are no more trusted than those of files. */
function checkPurged({ files, purged }: Plan): void {
  const planned = new Set(files.map(({ path }) => path));
  for (const { path, digest, at, by, reason } of purged) {
    const isTold = [at, by, reason].every((text) => typeof text === 'string');
    if (isTold && refusedPath(path) === null && isDigest(digest) && !planned.has(path)) continue;
    throw new RegistryError(
      'SERVER',
      `The registry tells ${JSON.stringify(path)} as purged, which cannot be.`,
    );
  }
}

/** @throws LocalError for a path that may not be written, RegistryError for an entry that makes no sense */
export function checkFiles(files: PlannedFile[]): void {
  if (files.length > LIMITS.planFiles) {
    throw new RegistryError(
      'SERVER',
      `The registry planned ${files.length} files; more than ${LIMITS.planFiles} are not taken. Nothing was written.`,
    );
  }
  const paths = new Set<string>();
  const sizes = new Map<string, number>();
  for (const { path, digest, size } of files) {
    const reason = refusedPath(path);
    if (reason !== null) {
      throw new LocalError(
        `The registry planned the path ${JSON.stringify(path)}, which ${reason}. Nothing was written.`,
        path,
      );
    }
    if (
      !isDigest(digest) ||
      !(Number.isInteger(size) && size >= 0 && size <= LIMITS.recordingBytes) ||
      paths.has(path)
    ) {
      throw new RegistryError(
        'SERVER',
        `The registry planned ${path} twice, or with a wrong digest or size.`,
      );
    }
    if ((sizes.get(digest) ?? size) !== size) {
      throw new RegistryError(
        'SERVER',
        `The registry planned ${path} with another size than the same content has.`,
      );
    }
    sizes.set(digest, size);
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
