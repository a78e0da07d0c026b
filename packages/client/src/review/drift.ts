import { query } from '../connection/graphql/query.js';
import { expectRepository } from '../connection/graphql/typed-result.js';
import type { Connection } from '../connection/registry/connection.js';
import { SNAPSHOT, type SnapshotSummary } from '../connection/registry/snapshot.js';
import type { At } from '../connection/registry/target.js';

/** How much a test notices of a change, in ascending order. */
export type DriftLevel = 'COSMETIC' | 'METADATA' | 'CONTENT' | 'BEHAVIOUR';
export type DriftKind = 'ADDED' | 'REMOVED' | 'CHANGED' | 'REKEYED' | 'MOVED';

/** What to compare: a pull request with its baseline, or two states. */
export interface DriftOptions {
  pullRequest?: number;
  /** Chosen by the registry by default. */
  base?: At;
  head?: At;
  /** Maximum characters of `DriftSummary.markdown`; 65,000 by default. */
  markdownLimit?: number;
}

export interface DriftSummary {
  /** The highest level of all changes; null if no change has a level. */
  level: DriftLevel | null;
  /** How many changes a reviewer accepted. */
  accepted: number;
  unaccepted: number;
  /** The highest level of the changes that nobody accepted; null if none has a level. */
  unacceptedLevel: DriftLevel | null;
  added: number;
  removed: number;
  changed: number;
  rekeyed: number;
  moved: number;
  unchanged: number;
  cosmetic: number;
  metadata: number;
  content: number;
  behaviour: number;
  /** Changes whose new recording is an error, or has a tool result that is one. */
  errors: number;
  /** Changes after which no recorder finds the recording. */
  unplayable: number;
  /** The report for the comment on a pull request. */
  markdown: string;
  /** The report for a terminal. */
  text: string;
  /** The address of the report in the registry. */
  url: string;
  head: SnapshotSummary;
  baseline: SnapshotSummary;
  baselineReason: string;
}

export interface DriftChange {
  kind: DriftKind;
  level: DriftLevel | null;
  path: string;
  previousPath: string | null;
  testId: string | null;
  model: string | null;
  summary: string;
  /** Null if nobody accepted the change. */
  accepted: { by: string; at: string; means: 'LABEL' | 'COMMAND' | 'PAGE' } | null;
}

const COUNTS =
  'added removed changed rekeyed moved unchanged cosmetic metadata content behaviour errors unplayable';
const ARGUMENTS = '$owner: String!, $name: String!, $pullRequest: Int, $base: At, $head: At';
const REPORT = 'drift(pullRequest: $pullRequest, base: $base, head: $head)';

const SUMMARY_QUERY = `query Drift(${ARGUMENTS}, $limit: Int!) {
  repository(owner: $owner, name: $name) {
    ${REPORT} {
      level accepted unaccepted unacceptedLevel url text markdown(limit: $limit) baselineReason
      head { ${SNAPSHOT} } baseline { ${SNAPSHOT} } summary { ${COUNTS} }
    }
  }
}`;

// The registry limits the cost of a query; a page of this size is well below the limit.
const PAGE_SIZE = 100;

const CHANGES_QUERY = `query DriftChanges(${ARGUMENTS}, $after: String) {
  repository(owner: $owner, name: $name) {
    ${REPORT} {
      changes(first: ${PAGE_SIZE}, after: $after) {
        nodes { kind level path previousPath testId model summary accepted { by at means } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;

type Counts = Pick<
  DriftSummary,
  | 'added'
  | 'removed'
  | 'changed'
  | 'rekeyed'
  | 'moved'
  | 'unchanged'
  | 'cosmetic'
  | 'metadata'
  | 'content'
  | 'behaviour'
  | 'errors'
  | 'unplayable'
>;
type Report = Omit<DriftSummary, keyof Counts> & { summary: Counts };
interface ChangesPage {
  changes: { nodes: DriftChange[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}
type Result<T> = { repository: { drift: T | null } | null };

/**
 * Fetches the drift report; null if there is nothing to compare, e.g. for a pull request without
 * pushes.
 * @throws RegistryError
 */
export async function drift(connection: Connection, options: DriftOptions): Promise<DriftSummary | null> {
  const limit = options.markdownLimit ?? 65_000;
  const result = await query<Result<Report>>(connection, SUMMARY_QUERY, {
    ...variablesOf(connection, options),
    limit,
  });
  const report = expectRepository(connection, result.repository).drift;
  if (report === null) return null;
  const { summary, ...rest } = report;
  return { ...summary, ...rest };
}

/** Fetches every change of the report, in its order: behaviour first. @throws RegistryError */
export async function driftChanges(connection: Connection, options: DriftOptions): Promise<DriftChange[]> {
  const changes: DriftChange[] = [];
  let after: string | null = null;
  do {
    const variables: Record<string, unknown> = { ...variablesOf(connection, options), after };
    const result: Result<ChangesPage> = await query(connection, CHANGES_QUERY, variables);
    const page = expectRepository(connection, result.repository).drift?.changes;
    changes.push(...(page?.nodes ?? []));
    after = page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return changes;
}

function variablesOf(connection: Connection, { pullRequest, base, head }: DriftOptions) {
  return { ...connection.repository, pullRequest, base, head };
}
