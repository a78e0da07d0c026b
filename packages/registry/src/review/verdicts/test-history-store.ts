import { sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import type { PullRequestState } from '../../store/snapshots/pull-request-condition.js';
import type { VerdictChange } from './verdict.js';

/** A change of a recording of a test, in the verdict of a pull request. */
export interface TestChange extends VerdictChange {
  pullRequest: number;
  title: string | null;
  state: PullRequestState;
  /** When the pull request was promoted, else when its report was computed; in milliseconds since 1970. */
  at: number;
}

/** The changes of a test in the verdicts of open and promoted pull requests, newest first. */
export function historyOfTest(
  db: Database,
  repositoryId: number,
  testId: string,
  limit: number,
): Promise<TestChange[]> {
  return rows(
    db,
    sql`select r.name::int as "pullRequest", r.title,
          case when r.promoted_version is null then 'OPEN' else 'MERGED' end as state,
          (extract(epoch from coalesce(m.at, v.at)) * 1000)::float8 as at,
          c.path, c.test_id as "testId", c.model, c.level, c.failure, c.words
        from verdict_changes c
        join verdicts v on v.repository_id = c.repository_id and v.ref_id = c.ref_id
        join refs r on r.repository_id = c.repository_id and r.id = c.ref_id
        left join lateral (select max(p.promoted_at) as at from promotions p
          where p.repository_id = c.repository_id and p.ref_id = c.ref_id) m on true
        where c.repository_id = ${repositoryId} and c.test_id = ${testId}
          and (r.closed_at is null or r.promoted_version is not null)
        order by 4 desc, r.id desc, c.position limit ${limit}`,
  );
}
