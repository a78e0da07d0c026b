import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { IN_STATE, type PullRequestState } from '../../store/snapshots/pull-request-condition.js';
import { type StoredVerdict, VERDICT_OF_REF } from './verdict-store.js';

/** A pull request with recordings, and the verdict of its last report. */
export interface ListedPullRequest {
  repositoryId: number;
  /** Of its ref; later pull requests have greater ids. */
  id: number;
  number: number;
  state: PullRequestState;
  /** Untrusted text. */
  title: string | null;
  author: string | null;
  fromFork: boolean;
  version: number;
  commit: string | null;
  /** Milliseconds since 1970. */
  pushedAt: number;
  promotedAt: number | null;
  verdict: StoredVerdict | null;
}

const COLUMNS = sql`r.repository_id::int as "repositoryId", r.id::int as id, r.name::int as number,
  case when ${IN_STATE.OPEN} then 'OPEN' when ${IN_STATE.MERGED} then 'MERGED' else 'CLOSED' end as state,
  r.title, r.author, r.from_fork as "fromFork", r.version, s.commit,
  (extract(epoch from s.created_at) * 1000)::float8 as "pushedAt",
  (select (extract(epoch from max(p.promoted_at)) * 1000)::float8 from promotions p
    where p.repository_id = r.repository_id and p.ref_id = r.id) as "promotedAt",
  ${VERDICT_OF_REF} as verdict`;

const NEWEST = sql`join snapshots s on s.repository_id = r.repository_id and s.ref_id = r.id and s.version = r.version`;

/** A page of the pull requests of a repository in a state, newest first, after or before the id of a ref. */
export function pullRequestsPage(
  db: Database,
  repositoryId: number,
  state: PullRequestState,
  page: { after: string | null; before: string | null; limit: number; fromEnd: boolean },
): Promise<ListedPullRequest[]> {
  return rows(
    db,
    sql`select ${COLUMNS} from refs r ${NEWEST}
        where r.repository_id = ${repositoryId} and r.kind = 'PULL_REQUEST' and ${IN_STATE[state]}
          and (${page.after}::bigint is null or r.id < ${page.after}::bigint)
          and (${page.before}::bigint is null or r.id > ${page.before}::bigint)
        order by r.id ${page.fromEnd ? sql`asc` : sql`desc`} limit ${page.limit}`,
  );
}

/** The newest open pull requests of several repositories. @param each the maximum number per repository */
export function openPullRequests(
  db: Database,
  repositoryIds: number[],
  each: number,
): Promise<ListedPullRequest[]> {
  return rows(
    db,
    sql`select o.* from unnest(${sql.param(repositoryIds)}::bigint[]) as wanted (id)
        cross join lateral (select ${COLUMNS} from refs r ${NEWEST}
          where r.repository_id = wanted.id and r.kind = 'PULL_REQUEST' and ${IN_STATE.OPEN}
          order by r.id desc limit ${each}) o
        order by o."pushedAt" desc, o."repositoryId", o.id desc`,
  );
}

/** What happened in a repository. */
export interface RepositoryActivity {
  repositoryId: number;
  /** Pull requests by state. */
  open: number;
  merged: number;
  closed: number;
  /** When the newest snapshot was made, in milliseconds since 1970; null when there is none. */
  lastPush: number | null;
}

/** The numbers of pull requests of several repositories, and their last pushes. */
export function activityOfRepositories(db: Database, repositoryIds: number[]): Promise<RepositoryActivity[]> {
  const number = (state: PullRequestState) => sql`count(*) filter (where ${IN_STATE[state]})::int`;
  return rows(
    db,
    sql`select wanted.id::int as "repositoryId", n.open, n.merged, n.closed, l.at as "lastPush"
        from unnest(${sql.param(repositoryIds)}::bigint[]) as wanted (id)
        cross join lateral (select ${number('OPEN')} as open, ${number('MERGED')} as merged, ${number('CLOSED')} as closed
          from refs r where r.repository_id = wanted.id and r.kind = 'PULL_REQUEST' and r.version > 0) n
        cross join lateral (select (extract(epoch from max(s.created_at)) * 1000)::float8 as at
          from snapshots s where s.repository_id = wanted.id) l`,
  );
}
