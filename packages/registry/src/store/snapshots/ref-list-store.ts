import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { RefKind } from '../../vocabulary/ref-name.js';
import { IN_STATE, type PullRequestState } from './pull-request-condition.js';
import type { Ref } from './ref.js';

/** A ref with at least one snapshot, and its newest one. */
export interface PushedRef {
  id: number;
  kind: RefKind;
  name: string;
  version: number;
  commit: string | null;
  /** Milliseconds since 1970. */
  pushedAt: number;
  /** For a pull request: whether its newest version was promoted. */
  isPromoted: boolean;
}

/** The most recently pushed refs of a kind, latest first. */
export function recentRefs(
  db: Database,
  repositoryId: number,
  kind: RefKind,
  limit: number,
): Promise<PushedRef[]> {
  return rows(
    db,
    // The two drivers return timestamps in different forms, but numbers alike.
    sql`select r.id::int as id, r.kind, r.name, r.version, s.commit,
          (extract(epoch from s.created_at) * 1000)::float8 as "pushedAt",
          coalesce(r.promoted_version = r.version, false) as "isPromoted"
        from refs r
        join snapshots s on s.repository_id = r.repository_id and s.ref_id = r.id and s.version = r.version
        where r.repository_id = ${repositoryId} and r.kind = ${kind}
        order by s.created_at desc, r.id desc limit ${limit}`,
  );
}

/** The columns of a `Ref`, of a ref `r`. */
const REF_COLUMNS = sql`r.id::int as id, r.repository_id::int as "repositoryId", r.kind, r.name, r.version,
  r.base_ref_id::int as "baseRefId", r.base_version as "baseVersion", r.base_name as "baseName",
  r.promoted_version as "promotedVersion", r.promoted_ref_id::int as "promotedRefId", r.promoted_as as "promotedAs",
  r.from_fork as "fromFork", r.closed_by_run::float8 as "closedByRun",
  (extract(epoch from r.closed_at) * 1000)::float8 as "closedAt", r.title, r.author`;

type RefRow = Omit<Ref, 'closedAt'> & { closedAt: number | null };

async function refRows(db: Database, query: SQL): Promise<Ref[]> {
  const found = await rows<RefRow>(db, query);
  return found.map((row) => ({ ...row, closedAt: row.closedAt === null ? null : new Date(row.closedAt) }));
}

/** The rows of a page. `after` and `before` are cursors: the key of a row. */
interface RefPage {
  after: string | null;
  before: string | null;
  limit: number;
  fromEnd: boolean;
}

const BRANCHES = (repositoryId: number) =>
  sql`r.repository_id = ${repositoryId} and r.kind = 'BRANCH' and r.version > 0`;

const PULL_REQUESTS = (repositoryId: number, state: PullRequestState | null) =>
  sql`r.repository_id = ${repositoryId} and r.kind = 'PULL_REQUEST' and r.version > 0
    and (${state === null ? sql`true` : IN_STATE[state]})`;

/** A page of the branches of a repository that have snapshots, by name. The cursors are names. */
export function branchesPage(db: Database, repositoryId: number, page: RefPage): Promise<Ref[]> {
  const conditions = [BRANCHES(repositoryId)];
  if (page.after !== null) conditions.push(sql`r.name > ${page.after}`);
  if (page.before !== null) conditions.push(sql`r.name < ${page.before}`);
  return refRows(
    db,
    sql`select ${REF_COLUMNS} from refs r where ${sql.join(conditions, sql` and `)}
        order by r.name ${page.fromEnd ? sql`desc` : sql``} limit ${page.limit}`,
  );
}

/**
 * A page of the pull requests of a repository that have snapshots, the one with the latest first push first. The
 * cursors are ids of refs.
 * @param state null for all
 */
export function pullRequestRefs(
  db: Database,
  repositoryId: number,
  state: PullRequestState | null,
  page: RefPage,
): Promise<Ref[]> {
  const conditions = [PULL_REQUESTS(repositoryId, state)];
  if (page.after !== null) conditions.push(sql`r.id < ${page.after}::bigint`);
  if (page.before !== null) conditions.push(sql`r.id > ${page.before}::bigint`);
  return refRows(
    db,
    sql`select ${REF_COLUMNS} from refs r where ${sql.join(conditions, sql` and `)}
        order by r.id ${page.fromEnd ? sql`` : sql`desc`} limit ${page.limit}`,
  );
}

/** The refs with these ids, by id. */
export async function refsById(
  db: Database,
  repositoryId: number,
  ids: readonly number[],
): Promise<Map<number, Ref>> {
  const found = await refRows(
    db,
    sql`select ${REF_COLUMNS} from unnest(${sql.param(ids)}::bigint[]) as n (id)
        cross join lateral (select * from refs r where r.repository_id = ${repositoryId} and r.id = n.id offset 0) r`,
  );
  return new Map(found.map((ref) => [ref.id, ref]));
}

export function countBranches(db: Database, repositoryId: number): Promise<number> {
  return countRefs(db, BRANCHES(repositoryId));
}

/** @param state null for all */
export function countPullRequests(
  db: Database,
  repositoryId: number,
  state: PullRequestState | null,
): Promise<number> {
  return countRefs(db, PULL_REQUESTS(repositoryId, state));
}

async function countRefs(db: Database, where: SQL): Promise<number> {
  const [found] = await rows<{ count: number }>(
    db,
    sql`select count(*)::int as count from refs r where ${where}`,
  );
  return found?.count ?? 0;
}
