import { query } from '../connection/graphql/query.js';
import type { Connection } from '../connection/registry/connection.js';
import { RegistryError } from '../connection/registry/registry-error.js';
import { SNAPSHOT, type SnapshotSummary } from '../connection/registry/snapshot.js';
import type { At } from '../connection/registry/target.js';

/** From what a test never notices to what changes its course. */
export type DriftLevel = 'COSMETIC' | 'METADATA' | 'CONTENT' | 'BEHAVIOUR';
export type DriftKind = 'ADDED' | 'REMOVED' | 'CHANGED' | 'REKEYED' | 'MOVED';

/** What to compare: a pull request with its baseline, or two states; without `base` the registry picks it. */
export interface DriftOptions {
  pullRequest?: number;
  base?: At;
  head?: At;
  /** Characters that the markdown may have; 65,000 unless given. */
  markdownLimit?: number;
}

export interface DriftSummary {
  /** The highest level of all changes; null when none has one. */
  level: DriftLevel | null;
  /** How many changes a reviewer accepted, how many not, and the highest level of those. */
  accepted: number;
  unaccepted: number;
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
  /** The report for a pull request's comment, */
  markdown: string;
  /** for a terminal, */
  text: string;
  /** and where it can be read in the registry. */
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
  /** Null while nobody accepted it. */
  accepted: { by: string; at: string; means: 'LABEL' | 'COMMAND' | 'PAGE' } | null;
}

const COUNTS = 'added removed changed rekeyed moved unchanged cosmetic metadata content behaviour';
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

// A registry bounds what one question may cost; pages of this size stay well below.
const PAGE = 100;

const CHANGES_QUERY = `query DriftChanges(${ARGUMENTS}, $after: String) {
  repository(owner: $owner, name: $name) {
    ${REPORT} {
      changes(first: ${PAGE}, after: $after) {
        nodes { kind level path previousPath testId model summary accepted { by at means } } pageInfo { hasNextPage endCursor }
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
>;
type Report = Omit<DriftSummary, keyof Counts> & { summary: Counts };
interface ChangesPage {
  changes: { nodes: DriftChange[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}
type Answer<T> = { repository: { drift: T | null } | null };

/** The drift report; null when there is nothing to compare, e.g. a pull request that pushed nothing. */
export async function drift(connection: Connection, options: DriftOptions): Promise<DriftSummary | null> {
  const limit = options.markdownLimit ?? 65_000;
  const answer = await query<Answer<Report>>(connection, SUMMARY_QUERY, {
    ...variablesOf(connection, options),
    limit,
  });
  const report = reportIn(connection, answer);
  if (report === null) return null;
  const { summary, ...rest } = report;
  return { ...summary, ...rest };
}

/** Every change of the report, in its order: behaviour first. */
export async function driftChanges(connection: Connection, options: DriftOptions): Promise<DriftChange[]> {
  const changes: DriftChange[] = [];
  let after: string | null = null;
  do {
    const variables: Record<string, unknown> = { ...variablesOf(connection, options), after };
    const answer: Answer<ChangesPage> = await query(connection, CHANGES_QUERY, variables);
    const page = reportIn(connection, answer)?.changes;
    changes.push(...(page?.nodes ?? []));
    after = page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return changes;
}

function variablesOf(connection: Connection, { pullRequest, base, head }: DriftOptions) {
  return { ...connection.repository, pullRequest, base, head };
}

function reportIn<T>({ repository: { owner, name } }: Connection, answer: Answer<T>): T | null {
  if (answer.repository === null) {
    throw new RegistryError('NOT_FOUND', `The registry has no repository ${owner}/${name} for this token.`);
  }
  return answer.repository.drift;
}
