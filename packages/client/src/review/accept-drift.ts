import { readPathPatterns } from '../checkout/discover/path-patterns.js';
import { queryWithFallback } from '../connection/graphql/query.js';
import { expectType, type Problem } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import type { DriftKind, DriftLevel } from './drift.js';

export interface AcceptOptions {
  pullRequest: number;
  /** The id of the snapshot that the reviewer saw. Later pushes are not accepted. */
  snapshot?: string;
  /** Instead of `snapshot`: when the reviewer saw it, as ISO 8601. */
  at?: string;
  /** Accept only changes at paths that match these patterns. */
  paths?: string[];
  /** Accept only changes up to this level. */
  level?: DriftLevel;
  /** Who set the label; by default the owner of the token, or the actor of the workflow run. */
  by?: string;
  means?: 'LABEL' | 'COMMAND';
}

export interface AcceptedChange {
  kind: DriftKind;
  level: DriftLevel | null;
  path: string;
  testId: string | null;
  summary: string;
}

export interface AcceptSummary {
  /** Who accepted; null if the registry runs an earlier release. */
  by?: string | null;
  /** How many changes are newly accepted. */
  count: number;
  /** How many of the chosen changes were accepted before. */
  already: number;
  /** The newly accepted changes, at most 1,000. */
  changes: AcceptedChange[];
}

/** @param newFields fields that a registry of an earlier release does not have */
const mutation = (newFields: string) => `mutation AcceptDrift($input: AcceptDriftInput!) {
  acceptDrift(input: $input) {
    __typename
    ... on AcceptedDrift { ${newFields} count already changes { kind level path testId summary } }
    ... on Problem { message }
  }
}`;

type Accepted = { __typename: 'AcceptedDrift' } & AcceptSummary;

/**
 * Accepts changes of a pull request, so that `--fail-on` no longer counts them. Idempotent.
 * @throws RegistryError, also if `paths` match no change; LocalError for an invalid pattern
 */
export async function acceptDrift(connection: Connection, options: AcceptOptions): Promise<AcceptSummary> {
  const paths = options.paths && readPathPatterns(options.paths, null);
  const input = { ...connection.repository, ...options, ...(paths && { paths }) };
  const result = await queryWithFallback<{ acceptDrift: Accepted | Problem }>(
    connection,
    { text: mutation('by'), variables: { input } },
    { text: mutation(''), variables: { input } },
  );
  const { __typename, ...summary } = expectType<Accepted>(result.acceptDrift, 'AcceptedDrift');
  if (options.paths !== undefined && summary.count + summary.already === 0) {
    const patterns = options.paths.map((pattern) => JSON.stringify(pattern)).join(', ');
    throw new RegistryError(
      'NOT_FOUND',
      `No change of pull request #${options.pullRequest} matches ${patterns}.`,
    );
  }
  return { ...summary, by: summary.by ?? null };
}
