import { type SQL, sql } from 'drizzle-orm';
import { type Database, rows } from '../../database/statements/database.js';
import { modelsOfCassette } from '../../store/snapshots/exchange-condition.js';
import { entriesOfRef } from '../../store/snapshots/layered-set.js';
import type { Ref } from '../../store/snapshots/ref.js';
import { startOfWeek, WEEK } from './week.js';

/** Models with a row of their own in each week. */
const MOST_MODELS = 50;

/** What happened to the recordings of a branch in one week, for one model. */
export interface Activity {
  /** The Monday, 00:00 UTC, in milliseconds since 1970. */
  week: number;
  /** Null: recordings without a model, and those of models beyond the 50 with the most activity. */
  model: string | null;
  /** Recordings that were added or replaced; a cassette counts once for each of its models. */
  recordings: number;
  /** Changes of promoted pull requests that changed behaviour. */
  behaviour: number;
  /** Changes of promoted pull requests whose new recording is an error. */
  errors: number;
}

/** The Monday of a time stamp, in milliseconds; computed with numbers, which both drivers return alike. */
const weekOf = (time: SQL) => {
  const monday = startOfWeek(0);
  return sql`(floor((extract(epoch from ${time}) * 1000 - ${monday}::float8) / ${WEEK}::float8) * ${WEEK}::float8
    + ${monday}::float8)::float8`;
};

/**
 * The activity of the default branch by week and model, oldest week first; weeks and models without any are left
 * out. Reads the entries that were valid in these weeks, and the counts of merged changes.
 * @param branch the ref of the default branch
 * @param weeks the number of weeks, the current one included
 */
export async function activityOf(
  db: Database,
  { repositoryId, id: refId }: Pick<Ref, 'repositoryId' | 'id'>,
  weeks: number,
  now: number,
): Promise<Activity[]> {
  const monday = new Date(startOfWeek(now) - (weeks - 1) * WEEK).toISOString();
  const [oldest] = await rows<{ version: number | null }>(
    db,
    sql`select min(version) as version from snapshots
        where repository_id = ${repositoryId} and ref_id = ${refId} and created_at >= ${monday}::timestamptz`,
  );
  const version = oldest?.version ?? null;
  const recorded =
    version === null
      ? sql`select null::float8, null::text, 0, 0, 0 where false`
      : sql`select ${weekOf(sql`s.created_at`)}, coalesce(e.model, x.model), count(*), 0, 0
          from ${entriesOfRef(repositoryId, { refId, version: version - 1 })} e
          join snapshots s on s.repository_id = e.repository_id and s.ref_id = e.ref_id and s.version = e.since
          ${modelsOfCassette(repositoryId)}
          where e.since >= ${version} and e.digest is not null group by 1, 2`;
  const changed = sql`select (extract(epoch from w.week) * 1000)::float8, nullif(w.model, ''), 0, w.behaviour, w.errors
    from weekly_changes w where w.repository_id = ${repositoryId} and w.week >= ${monday.slice(0, 10)}::date`;
  return rows(
    db,
    sql`with counted (week, model, recordings, behaviour, errors) as (${recorded} union all ${changed}),
        top as (select model from counted where model is not null group by model
          order by sum(recordings + behaviour + errors) desc, model limit ${MOST_MODELS})
        select c.week, t.model, sum(c.recordings)::int as recordings, sum(c.behaviour)::int as behaviour,
          sum(c.errors)::int as errors
        from counted c left join top t on t.model = c.model
        group by 1, 2 having sum(c.recordings + c.behaviour + c.errors) > 0 order by 1, 2 nulls last`,
  );
}
