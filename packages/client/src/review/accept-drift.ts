import { readPathPatterns } from '../checkout/discover/path-patterns.js';
import { queryWithFallback } from '../connection/graphql/query.js';
import { expectType, type Problem } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import type { DriftKind, DriftLevel } from './drift.js';

export interface AcceptOptions {
  pullRequest: number;
  /** The state that the reviewer saw: a snapshot's id, or a moment (ISO 8601). What was pushed after it is not accepted. */
  snapshot?: string;
  at?: string;
  /** Only changes at these paths (patterns), */
  paths?: string[];
  /** and only up to this level. */
  level?: DriftLevel;
  /** Who set the label, where it is one: otherwise the token accepts, or whom GitHub names as the run's cause. */
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
  /** In whose name; null where a registry of an earlier release does not say. */
  by?: string | null;
  /** How many changes are accepted that were not before, */
  count: number;
  /** how many of those chosen were before, */
  already: number;
  /** and which are new; at most 1,000. */
  changes: AcceptedChange[];
}

const mutation = (more: string) => `mutation AcceptDrift($input: AcceptDriftInput!) {
  acceptDrift(input: $input) {
    __typename
    ... on AcceptedDrift { ${more} count already changes { kind level path testId summary } }
    ... on Problem { message }
  }
}`;

type Accepted = { __typename: 'AcceptedDrift' } & AcceptSummary;

/** Accepts what a pull request changes, so that it no longer counts for `--fail-on`. The second time nothing happens. */
export async function acceptDrift(connection: Connection, options: AcceptOptions): Promise<AcceptSummary> {
  const paths = options.paths && readPathPatterns(options.paths, null);
  const input = { ...connection.repository, ...options, ...(paths && { paths }) };
  const answer = await queryWithFallback<{ acceptDrift: Accepted | Problem }>(
    connection,
    { text: mutation('by'), variables: { input } },
    { text: mutation(''), variables: { input } },
  );
  const { __typename, ...summary } = expectType<Accepted>(answer.acceptDrift, 'AcceptedDrift');
  if (options.paths !== undefined && summary.count + summary.already === 0) {
    const named = options.paths.map((pattern) => JSON.stringify(pattern)).join(', ');
    throw new RegistryError(
      'NOT_FOUND',
      `No change of pull request #${options.pullRequest} matches ${named}.`,
    );
  }
  return { ...summary, by: summary.by ?? null };
}
