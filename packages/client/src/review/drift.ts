import { queryWithFallback } from '../connection/graphql/query.js';
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
  /** What broke first, on one line: the first line of the comment, without its mark. */
  headline: string;
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
  /**
   * How many new recordings are errors, or have a tool result that reads as an error; null if the registry
   * runs an earlier release.
   */
  errors: number | null;
  /** How many new recordings no recorder will find; null if the registry runs an earlier release. */
  unplayable: number | null;
  /**
   * How many new recordings the newest complete run of the pull request did not read; null if unknown, or if
   * the registry runs an earlier release.
   */
  unread: number | null;
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
  /** Why the change has its level, the highest level first. */
  reasons: string[];
  /**
   * When a run of the default branch last read a removed recording, as ISO 8601; null for other changes, if
   * none did, or if the registry runs an earlier release.
   */
  lastUsedAt: string | null;
  /** Null if nobody accepted the change. */
  accepted: { by: string; at: string; means: 'LABEL' | 'COMMAND' | 'PAGE' } | null;
}

const COUNTS =
  'added removed changed rekeyed moved unchanged cosmetic metadata content behaviour errors unplayable';
const ARGUMENTS = '$owner: String!, $name: String!, $pullRequest: Int, $base: At, $head: At';
const REPORT = 'drift(pullRequest: $pullRequest, base: $base, head: $head)';

const summaryQuery = (fields: string, counts: string) => `query Drift(${ARGUMENTS}, $limit: Int!) {
  repository(owner: $owner, name: $name) {
    ${REPORT} {
      ${fields} level accepted unaccepted unacceptedLevel url text markdown(limit: $limit) baselineReason
      head { ${SNAPSHOT} } baseline { ${SNAPSHOT} } summary { ${COUNTS} ${counts} }
    }
  }
}`;
const SUMMARY_QUERY = summaryQuery('headline unread', 'errors unplayable');
/** For a registry of an earlier release, which does not know what runs read. */
const PREVIOUS_SUMMARY_QUERY = summaryQuery('headline', 'errors unplayable');
/** For a registry of an earlier release. */
const EARLIER_SUMMARY_QUERY = summaryQuery('', '');

// The registry limits the cost of a query; a page of this size is well below the limit.
const PAGE_SIZE = 100;

const changesQuery = (
  fields: string,
) => `query DriftChanges(${ARGUMENTS}, $level: DriftLevel, $after: String) {
  repository(owner: $owner, name: $name) {
    ${REPORT} {
      changes(level: $level, first: ${PAGE_SIZE}, after: $after) {
        nodes { kind level path previousPath testId model summary ${fields} accepted { by at means } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;
const CHANGES_QUERY = changesQuery('reasons before { lastUsedAt }');
/** For a registry of an earlier release, which does not know what runs read. */
const PREVIOUS_CHANGES_QUERY = changesQuery('reasons');
/** For a registry of an earlier release. */
const EARLIER_CHANGES_QUERY = changesQuery('');

type CountName =
  | 'added'
  | 'removed'
  | 'changed'
  | 'rekeyed'
  | 'moved'
  | 'unchanged'
  | 'cosmetic'
  | 'metadata'
  | 'content'
  | 'behaviour';
type Recent = 'errors' | 'unplayable';
type Counts = Pick<DriftSummary, CountName> & Partial<Pick<DriftSummary, Recent>>;
type Report = Omit<DriftSummary, keyof Counts | 'headline' | 'unread'> & {
  summary: Counts;
  headline?: string;
  unread?: number | null;
};
type ChangeNode = Omit<DriftChange, 'reasons' | 'lastUsedAt'> & {
  reasons?: string[];
  before?: { lastUsedAt: string | null } | null;
};
interface ChangesPage {
  changes: {
    nodes: ChangeNode[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}
type Result<T> = { repository: { drift: T | null } | null };

/**
 * Fetches the drift report; null if there is nothing to compare, e.g. for a pull request without
 * pushes.
 * @throws RegistryError
 */
export async function drift(connection: Connection, options: DriftOptions): Promise<DriftSummary | null> {
  const limit = options.markdownLimit ?? 65_000;
  const variables = { ...variablesOf(connection, options), limit };
  const result = await queryWithFallback<Result<Report>>(
    connection,
    { text: SUMMARY_QUERY, variables },
    { text: PREVIOUS_SUMMARY_QUERY, variables },
    { text: EARLIER_SUMMARY_QUERY, variables },
  );
  const report = expectRepository(connection, result.repository).drift;
  if (report === null) return null;
  const { summary, headline, unread = null, ...rest } = report;
  const firstLine = rest.text.split('\n', 1)[0] ?? '';
  return { headline: headline ?? firstLine, unread, errors: null, unplayable: null, ...summary, ...rest };
}

/** Fetches every change of the report, in its order: behaviour first. @throws RegistryError */
export async function driftChanges(connection: Connection, options: DriftOptions): Promise<DriftChange[]> {
  const changes: DriftChange[] = [];
  let after: string | null = null;
  do {
    const page: ChangesPage['changes'] | null = await fetchPage(connection, options, null, after);
    changes.push(...(page?.nodes ?? []).map(changeOf));
    after = page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return changes;
}

/** Fetches the first changes of one level, at most 100, in the order of the report. @throws RegistryError */
export async function firstChanges(
  connection: Connection,
  options: DriftOptions,
  level: DriftLevel,
): Promise<DriftChange[]> {
  const page = await fetchPage(connection, options, level, null);
  return (page?.nodes ?? []).map(changeOf);
}

function changeOf({ reasons = [], before, ...change }: ChangeNode): DriftChange {
  const lastUsedAt = change.kind === 'REMOVED' ? (before?.lastUsedAt ?? null) : null;
  return { ...change, reasons, lastUsedAt };
}

async function fetchPage(
  connection: Connection,
  options: DriftOptions,
  level: DriftLevel | null,
  after: string | null,
): Promise<ChangesPage['changes'] | null> {
  const variables = { ...variablesOf(connection, options), level, after };
  const result = await queryWithFallback<Result<ChangesPage>>(
    connection,
    { text: CHANGES_QUERY, variables },
    { text: PREVIOUS_CHANGES_QUERY, variables },
    { text: EARLIER_CHANGES_QUERY, variables },
  );
  return expectRepository(connection, result.repository).drift?.changes ?? null;
}

function variablesOf(connection: Connection, { pullRequest, base, head }: DriftOptions) {
  return { ...connection.repository, pullRequest, base, head };
}
