import { missingCommit, missingTarget } from '../checkout/plan/missing-target.js';
import { query } from '../connection/graphql/query.js';
import { expectRepository } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import type { RegistryError } from '../connection/registry/registry-error.js';
import type { At } from '../connection/registry/target.js';

const QUERY = `query State($owner: String!, $name: String!, $at: At!) {
  repository(owner: $owner, name: $name) { snapshot(at: $at) { version } }
}`;

type Result = { repository: { snapshot: { version: number } | null } | null };

/** Whether a state has recordings of its own, or had some. @throws RegistryError without the repository */
export async function hasState(connection: Connection, at: At): Promise<boolean> {
  const result = await query<Result>(connection, QUERY, { ...connection.repository, at });
  return (expectRepository(connection, result.repository).snapshot?.version ?? 0) > 0;
}

/** @throws RegistryError if the registry has no such branch, pull request or commit */
export async function requireState(connection: Connection, at: At): Promise<void> {
  if (!(await hasState(connection, at))) throw missingState(connection, at);
}

/** The error for a state without recordings. */
export function missingState(connection: Connection, { branch, pullRequest, commit }: At): RegistryError {
  if (commit !== undefined) return missingCommit(connection, commit);
  if (pullRequest !== undefined) return missingTarget(connection, { pullRequest });
  return missingTarget(connection, branch === undefined ? undefined : { branch });
}
